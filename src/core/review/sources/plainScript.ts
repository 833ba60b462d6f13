import { compileFunction } from 'node:vm';
import { starters, type ScriptImport, type ScriptImports } from './scriptImports';

/** At the head of a script: blanks, comments, 'use strict', and what is required for sure. */
const headPart =
  /\s+|\/\/.*|\/\*[^]*?\*\/|(?:'use strict'|"use strict");|(?:(?:const|let|var)\s+(?:[\w$]+|\{[\w$\s,:]*\})\s*=\s*)?require\(\s*(?:'([^'\\\n]+)'|"([^"\\\n]+)")\s*\)(?:\.(?!catch\b)\w+)*\s*;/y;
/** With any of these there is more to know than the head tells. `\u`: names may hide behind it. */
const more = /\brequire\b|\bimport\b|\bexport\b|env|register|serviceObject|\\u/;
const moduleParameters = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * What a CommonJS script requires, where its head tells all that there is to know of it, as most
 * scripts are written; undefined: it has to be parsed. Node.js itself says whether it is one, which
 * takes it a twentieth of the time that a parser in JavaScript takes. Nothing of it is run.
 */
export function plainImports(text: string): ScriptImports | undefined {
  const source = text.replace(/^#!/, '//');
  const { imports, end } = readHead(source);
  return more.test(source.slice(end)) || !isCommonJs(source)
    ? undefined
    : { imports, loadsOthers: imports.some(({ specifier }) => starters.test(specifier)) };
}

function readHead(text: string): { imports: ScriptImport[]; end: number } {
  const imports: ScriptImport[] = [];
  let end = 0;
  let line = 1;
  for (;;) {
    headPart.lastIndex = end;
    const part = headPart.exec(text);
    if (!part) {
      return { imports, end };
    }
    const [whole, single, double] = part;
    const specifier = single ?? double;
    if (specifier !== undefined) {
      const before = breaksIn(whole.slice(0, whole.lastIndexOf(specifier)));
      imports.push({ specifier, line: line + before, kind: 'require', certainty: 'always' });
    }
    end += whole.length;
    line += breaksIn(whole);
  }
}

function breaksIn(text: string): number {
  return text.split('\n').length - 1;
}

function isCommonJs(text: string): boolean {
  try {
    compileFunction(text, moduleParameters);
    return true;
  } catch {
    return false;
  }
}
