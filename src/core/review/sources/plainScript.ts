import { compileFunction, Script } from 'node:vm';
import { starters, type ScriptImport, type ScriptImports } from './scriptImports';

const name = String.raw`(?:[\w$]+|\{[\w$\s,:]*\})`;
/** With what is taken of it, such as `.promises`; `.catch` may be what answers for its failure. */
const required = String.raw`require\(\s*(?:'[^'\\\n]+'|"[^"\\\n]+")\s*\)(?:\.(?!(?:catch|register|serviceObject)\b)\w+)*`;
const declaration = String.raw`(?:const|let|var)\s+${name}\s*=\s*${required}(?:\s*,\s*${name}\s*=\s*${required})*`;
const assignment = String.raw`(?:(?:module\.)?exports(?:\.\w+)?\s*=\s*)?${required}`;
/** What without a semicolon ends the statement for sure: another one, or the end of the text. */
const end = String.raw`[^\S\n]*(?:;|$(?=\s*(?:[\w$'"]|(?![^]))))`;
/** What looks like a statement that requires something, if it is one. */
const statements = new RegExp(`(?<=(?:^|;)[^\\S\\n]*)(?:${declaration}|${assignment})${end}`, 'gm');
const specifiers = /(?<=\(\s*)(['"])([^'"\n]+)\1/g;

/** In other code there is more to know of these than text tells. `\u`: they may hide behind it. */
const more = /\b(?:require|import|export|env|register|serviceObject)\b|\\u/g;
const quotedMore = /(['"`])(?:require|env|register|serviceObject)\1/;
/** May stand in strings, comments and regular expressions, but never in code. */
const noCode = '@#';
const moduleParameters = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * What a CommonJS script requires, where statements on their own say all that there is to know of
 * it, as in most scripts; undefined: it has to be parsed. Nothing is run: Node.js only says what can
 * be read, in a twentieth of the time that a parser in JavaScript takes. What stands before a
 * statement can be read by itself only where that is no part of another one, and a text with
 * something impossible in place of what looks like more only where that does not stand in code.
 */
export function plainImports(text: string): ScriptImports | undefined {
  const source = text.replace(/^#!/, '//');
  const imports: ScriptImport[] = [];
  let masked = '';
  let last = { end: 0, line: 1 };
  for (const { 0: statement, index } of source.matchAll(statements)) {
    const before = source.slice(last.end, index);
    if (!isComplete(before)) {
      return undefined;
    }
    masked += maskMore(before) + statement;
    const line = last.line + breaksIn(before);
    imports.push(...importsOf(statement, line));
    last = { end: index + statement.length, line: line + breaksIn(statement) };
  }
  masked += maskMore(source.slice(last.end));
  const loadsOthers = imports.some(({ specifier }) => starters.test(specifier));
  return isWithoutMore(source, masked) ? { imports, loadsOthers } : undefined;
}

function importsOf(statement: string, firstLine: number): ScriptImport[] {
  return Array.from(statement.matchAll(specifiers), ({ 2: specifier = '', index }) => {
    const line = firstLine + breaksIn(statement.slice(0, index));
    return { specifier, line, kind: 'require', certainty: 'always' };
  });
}

/** As JavaScript counts lines. */
function breaksIn(text: string): number {
  return text.match(/\r\n?|[\n\u2028\u2029]/g)?.length ?? 0;
}

/** Whether it is statements as a whole, none of them a `return` that would leave the script. */
function isComplete(text: string): boolean {
  return /^\s*$/.test(text) || isRead(() => new Script(text));
}

function maskMore(text: string): string {
  return text.replace(more, noCode);
}

/** An escape that is masked may be a wrong one. */
function isWithoutMore(source: string, masked: string): boolean {
  return (
    !quotedMore.test(source) &&
    isCommonJs(masked) &&
    (!source.includes('\\u') || isCommonJs(source))
  );
}

function isCommonJs(text: string): boolean {
  return isRead(() => compileFunction(text, moduleParameters));
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
