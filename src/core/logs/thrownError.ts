import type { Failure, LogLine } from './failure';

const frame = /^\s*at \S/;
const ownFrame = /(?:\(|at (?:async )?)(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])/;
const place = /^(?:file:\/\/)?(\S.*:\d+)$/;
const caret = /^\s*\^+\s*$/;
const ownPlace = /^(?:\/|[A-Za-z]:[\\/])/;
const header = /^(?:Uncaught )?(?:[A-Za-z_$][\w$.]*)?(?:Error|Exception)(?: \[\w+\])?(?::|$)/;
/** Behind words of whoever wrote it down. */
const introduced = /\s(?:[A-Za-z_$][\w$.]*)?(?:Error|Exception)(?: \[\w+\])?(?::|$)/;
const outOfMemory = /^FATAL ERROR: (.+)/;
const requireStack = /^Require stack:$/;
/** How many lines of the source may stand in between. */
const between = 4;
/** How far from its first line the stack of a long message may begin: a comparison is that long. */
const longestMessage = 100;
/** So much of it is told. */
const toldLines = 20;
const toldCharacters = 2_000;

/**
 * The errors in one container's raw lines. Node.js prints one that ends the process as place,
 * source line, caret, error, stack; an error that was only written down is an error and a stack.
 */
export function findThrownErrors(lines: readonly LogLine[]): Failure[] {
  const failures: Failure[] = [];
  for (let index = 0; index < lines.length;) {
    const found = failureAt(lines, index);
    if (found !== undefined) {
      failures.push(found.failure);
    }
    index = found?.end ?? index + 1;
  }
  return failures;
}

interface Found {
  failure: Failure;
  /** The line after it. */
  end: number;
}

function failureAt(lines: readonly LogLine[], index: number): Found | undefined {
  const line = lines[index];
  if (line === undefined) {
    return undefined;
  }
  const memory = outOfMemory.exec(line.text)?.[1];
  if (memory !== undefined) {
    const failure = { message: memory, stack: [], at: line.at, uncaught: true };
    return { failure, end: index + 1 };
  }
  return uncaughtAt(lines, index) ?? writtenDownAt(lines, index);
}

function uncaughtAt(lines: readonly LogLine[], index: number): Found | undefined {
  const where = place.exec(lines[index]?.text ?? '')?.[1];
  if (where === undefined) {
    return undefined;
  }
  const after = lines.slice(index + 1, index + 1 + between);
  const caretOffset = after.findIndex(({ text }) => caret.test(text));
  const start = index + 2 + caretOffset;
  const headOffset = lines
    .slice(start, start + between)
    .findIndex(({ text }) => text.trim() !== '');
  const head = lines[start + headOffset];
  if (caretOffset < 0 || headOffset < 0 || head === undefined) {
    return undefined;
  }
  const { frames, end, more } = framesAfter(lines, start + headOffset + 1);
  const isNamed = !ownPlace.test(where) || frames.some((text) => text.includes(where));
  const stack = isNamed ? frames : [`at ${where}`, ...frames];
  const message = messageOf(head, more);
  return { failure: { message, stack, at: head.at, uncaught: true }, end };
}

function writtenDownAt(lines: readonly LogLine[], index: number): Found | undefined {
  const head = lines[index];
  if (head === undefined || !isHead(head, lines[index + 1])) {
    return undefined;
  }
  const { frames, end, more } = framesAfter(lines, index + 1);
  if (end === index + 1) {
    return undefined;
  }
  const message = messageOf(head, more);
  return { failure: { message, stack: frames, at: head.at, uncaught: false }, end };
}

/** What has words before it may be anything, unless its stack follows at once. */
function isHead({ text }: LogLine, next: LogLine | undefined): boolean {
  const isFollowed = !frame.test(text) && frame.test(next?.text ?? '');
  return header.test(text.trim()) || (isFollowed && introduced.test(text));
}

/** Without the modules that asked for a missing one, which the stack names too. */
function messageOf(head: LogLine, more: readonly string[]): string {
  const asking = more.findIndex((text) => requireStack.test(text));
  const rest = asking < 0 ? more : more.slice(0, asking);
  const lines = [head.text.trim().replace(/ \{$/, ''), ...rest];
  const told = lines.length > toldLines ? [...lines.slice(0, toldLines), '…'] : lines;
  const message = told.join('\n').trimEnd();
  return message.length > toldCharacters ? `${message.slice(0, toldCharacters)}…` : message;
}

/**
 * The service's own frames of the next stack, and what comes before it: the further lines of a
 * message, or a require stack.
 */
function framesAfter(lines: readonly LogLine[], start: number) {
  const isEnd = ({ text }: LogLine) => frame.test(text) || place.test(text) || header.test(text);
  const offset = lines.slice(start, start + longestMessage).findIndex(isEnd);
  const first = lines[start + offset];
  if (offset < 0 || first === undefined || !frame.test(first.text)) {
    return { frames: [], end: start, more: [] };
  }
  const rest = lines.slice(start + offset).map(({ text }) => text);
  const length = rest.findIndex((text) => !frame.test(text));
  const stack = length < 0 ? rest : rest.slice(0, length);
  const frames = stack
    .filter((text) => ownFrame.test(text))
    .map((text) => text.trim().replace(/ \{$/, ''));
  const more = lines.slice(start, start + offset).map(({ text }) => text);
  return { frames, end: start + offset + stack.length, more };
}
