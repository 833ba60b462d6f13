import { applyEdits, modify } from 'jsonc-parser';

/** A package.json that asks for a Node.js, such as `>=12`; the rest stays as it is. */
export function withEngines(text: string, range: string): string {
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  const formattingOptions = {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
  return applyEdits(text, modify(text, ['engines', 'node'], range, { formattingOptions }));
}
