import { applyEdits, modify, parseTree, type FormattingOptions, type Node } from 'jsonc-parser';
import { lastValueOf } from './versionText';

/** A package.json that asks for a Node.js, such as `>=12`; the rest stays as it is. */
export function withEngines(text: string, range: string): string {
  const json = JSON.stringify(range);
  const engines = lastValueOf(parseTree(text), 'engines');
  if (!engines) {
    const formattingOptions = formatOf(text);
    return applyEdits(text, modify(text, ['engines', 'node'], range, { formattingOptions }));
  }
  const node = lastValueOf(engines, 'node');
  if (node) {
    return replaced(text, node, json);
  }
  const first = engines.type === 'object' ? engines.children?.[0] : undefined;
  if (!first) {
    return replaced(text, engines, `{ "node": ${json} }`);
  }
  const gap = text.slice(engines.offset + 1, first.offset);
  return replaced(text, { offset: first.offset, length: 0 }, `"node": ${json},${gap}`);
}

function replaced(
  text: string,
  { offset, length }: Pick<Node, 'offset' | 'length'>,
  content: string,
): string {
  return applyEdits(text, [{ offset, length, content }]);
}

function formatOf(text: string): FormattingOptions {
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
