import type { Failure, LogLine } from './failure';

const errorLine = /^npm (?:ERR!|error)(?: (.*))?$/;
/** Lines that tell a number or a place, but not what went wrong. */
const factLine = /^(?:code|errno|syscall|path|cwd|A complete log of this run)\b/;
/** What npm repeats before each line of one error. */
const label = /^(?:E[A-Z]+|\d{3}|notarget|network|enoent|syscall|peerinvalid|JSON\.parse|gyp)\s+/;

/**
 * What npm could not install: one failure for each block of its error lines (of npm 3 and later).
 */
export function findNpmFailures(lines: readonly LogLine[]): Failure[] {
  const failures: Failure[] = [];
  let block: LogLine[] = [];
  for (const { text, at } of [...lines, { text: '', at: '' }]) {
    const told = errorLine.exec(text);
    if (told === null || told[1]?.startsWith('code ') === true) {
      failures.push(...failureOf(block));
      block = [];
    }
    if (told !== null) {
      block.push({ text: told[1] ?? '', at });
    }
  }
  return failures;
}

function failureOf(block: readonly LogLine[]): Failure[] {
  const [first] = block;
  const texts = block.map(({ text }) => text.trim());
  const code = texts.find((text) => text.startsWith('code '))?.slice('code '.length);
  const told = texts.filter((text) => text !== '' && !factLine.test(text));
  const [main = 'see the lines before', ...rest] = told
    .map((text) => text.replace(label, '').trim())
    .filter((text) => !/^\d{3}$/.test(text));
  if (first === undefined) {
    return [];
  }
  const message = `npm install failed${code === undefined ? '' : ` (${code})`}: ${main}`;
  return [{ message, stack: rest, at: first.at, uncaught: true }];
}
