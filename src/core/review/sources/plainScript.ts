import { Script } from 'node:vm';
import { starters, type ScriptImport, type ScriptImports } from './scriptImports';

const name = String.raw`(?:[\w$]+|\{[\w$\s,:]*\})`;
/** Where handlers are registered. */
const registering = ['register', 'serviceObject'];
/** `.catch` may be what answers for a failure. */
const telling = `(?!(?:${['catch', ...registering].join('|')})\\b)`;
/** With what is taken of it, such as `.promises`. */
const required = String.raw`require\(\s*(?:'[^'\\\n\r\u2028\u2029]+'|"[^"\\\n\r\u2028\u2029]+")\s*\)(?:\.${telling}\w+)*`;
const declaration = String.raw`(?:const|let|var)\s+${name}\s*=\s*${required}(?:\s*,\s*${name}\s*=\s*${required})*`;
const assignment = String.raw`(?:(?:module\.)?exports(?:\.${telling}\w+)?\s*=\s*)?${required}`;
/** What without a semicolon ends the statement for sure: another one, or the end of the text. */
const end = String.raw`[^\S\n\r\u2028\u2029]*(?:;|$(?=\s*(?:[\w$'"]|(?![^]))))`;
/** What looks like a statement that requires something, if it is one. */
const statements = new RegExp(`(?<=(?:^|;)[^\\S\\n]*)(?:${declaration}|${assignment})${end}`, 'gm');
const specifiers = /[^]*?require\(\s*(['"])(.+?)\1/gy;

/** In other code there is more to know of these than text tells. `\u`: they may hide behind it. */
const more = new RegExp(
  `\\b(?:${['require', 'import', 'export', 'env', ...registering].join('|')})\\b|\\\\u`,
  'g',
);
const quotedMore = new RegExp(`(['"\`])(?:${['env', ...registering].map(spelled).join('|')})\\1`);
/**
 * May stand in strings, comments and regular expressions, but never in code. A set of characters
 * that is wrong with a word is wrong with the lowest and the highest character for it.
 */
const noCode = '\x01\x7f';
/**
 * What Node.js takes, only to fail as it runs: `f() = 1`, `--f()`, `for (f() of a)`, and an
 * unfinished `let` before another statement.
 */
const lateErrors =
  /\)\s*(?:(?:\*\*|<<|>>>?|[-+*/%&|^])?=(?![=>])|\+\+|--)|\bfor\b[^;{}]{0,200}\)\s*(?:in|of)\b|(?:(?<!\+)\+\+(?!\+)|(?<!-)--(?!-))\s*[\w$.]+\s*\(|\blet\s*(?:$|\/[/*])/m;
/** Where the comment at the end of a line begins. */
const lineComment = /\/\/|<!--|-->/;
/** What stands between them is read part by part: of more the parser tells sooner. */
const mostImports = 5000;
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
  if (quotedMore.test(source) || lateErrors.test(source)) {
    return undefined;
  }
  const imports: ScriptImport[] = [];
  let masked = '';
  let last = { end: 0, line: 1 };
  for (const { 0: statement, index } of source.matchAll(statements)) {
    const before = source.slice(last.end, index);
    if (imports.length > mostImports || !isComplete(before)) {
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
  let line = firstLine;
  return Array.from(statement.matchAll(specifiers), ({ 0: part, 2: specifier = '' }) => {
    line += breaksIn(part);
    return { specifier, line, kind: 'require', certainty: 'always' };
  });
}

/** As JavaScript counts lines. */
function breaksIn(text: string): number {
  return text.match(/\r\n?|[\n\u2028\u2029]/g)?.length ?? 0;
}

/** Whether it is statements as a whole, none of them a `return` that would leave the script. */
function isComplete(text: string): boolean {
  return (
    !/\S/.test(text) ||
    (!lineComment.test(lastLine(text)) &&
      isCommonJs(text) &&
      (!/\breturn\b/.test(text) || isRead(() => new Script(text))))
  );
}

function lastLine(text: string): string {
  const ends = ['\n', '\r', '\u2028', '\u2029'].map((one) => text.lastIndexOf(one));
  return text.slice(Math.max(...ends) + 1);
}

function maskMore(text: string): string {
  return text.replace(more, noCode);
}

/** An escape that is masked may be a wrong one. */
function isWithoutMore(source: string, masked: string): boolean {
  return isCommonJs(masked) && (!source.includes('\\u') || isCommonJs(source));
}

/**
 * Made, but never called. Not with `node:vm`: of some scripts that cannot be read, such as
 * `class A { ; ...[do`, the one of Node.js 22 makes the whole process fail.
 */
function isCommonJs(text: string): boolean {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is not called
  return isRead(() => new Function(...moduleParameters, text));
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** How a string may write a word: each letter as it is, behind a backslash, or as its number. */
function spelled(word: string): string {
  const broken = String.raw`(?:\\\s\n?)*`;
  return word.replace(/./g, (letter) => broken + written(letter)) + broken;
}

function written(letter: string): string {
  const code = letter.charCodeAt(0);
  const hex = code.toString(16).replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return String.raw`(?:\\?${letter}|\\(?:x|u00|u\{0*)${hex}\}?|\\${code.toString(8)})`;
}
