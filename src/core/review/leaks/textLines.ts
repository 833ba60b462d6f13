import { createReadStream } from 'node:fs';
import { throwIfAborted } from '../../base/retry';

export interface TextLines {
  /** Of the first one, counted from 1. */
  readonly number: number;
  readonly lines: readonly string[];
}

/** A longer line comes in pieces, as in a minified script that is a single line. */
const longestLine = 16 * 1024;
/** So much of a piece comes again with the next, so that nothing is cut in two. */
const overlap = 1024;

/**
 * The lines of a text file, in parts as they are read: memory does not grow with the file. Nothing
 * more comes where it turns out to be binary, as git tells it: by a NUL.
 */
export async function* readTextLines(
  absolute: string,
  signal?: AbortSignal,
): AsyncGenerator<TextLines> {
  const chunks: AsyncIterable<string> = createReadStream(absolute, { encoding: 'utf8' });
  let rest = '';
  let number = 1;
  for await (const chunk of chunks) {
    throwIfAborted(signal);
    if (chunk.includes('\0')) {
      return;
    }
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield { number, lines };
    number += lines.length;
    if (rest.length > longestLine) {
      yield { number, lines: [rest] };
      rest = rest.slice(-overlap);
    }
  }
  yield { number, lines: [rest] };
}
