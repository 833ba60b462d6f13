import { createReadStream, readFileSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { throwIfAborted } from '../../base/retry';
import type { BundleFile } from '../../project/bundlePlan';
import { isSmall } from '../../project/smallFiles';

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
 * more comes where it turns out to be binary, as git tells it: by a NUL; nothing at all of a small
 * file that is of no interest as a whole.
 */
export async function* readTextLines(
  file: BundleFile,
  isOfInterest: (text: string) => boolean,
  signal?: AbortSignal,
): AsyncGenerator<TextLines> {
  let rest = '';
  let number = 1;
  for await (const chunk of textOf(file)) {
    throwIfAborted(signal);
    if (chunk.includes('\0') || (isSmall(file) && !isOfInterest(chunk))) {
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

function textOf(file: BundleFile): Iterable<string> | AsyncIterable<string> {
  if (!isSmall(file)) {
    return decoded(createReadStream(file.absolute));
  }
  const content = readFileSync(file.absolute);
  const encoding = encodingOf(content);
  if (encoding !== 'utf-8') {
    return [new TextDecoder(encoding).decode(content)];
  }
  return content.includes(0) ? [] : [content.toString()];
}

async function* decoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    yield decoder.decode(chunk, { stream: true });
  }
}

/** As the byte order mark tells it; the editors of Windows write one. */
function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) {
    return 'utf-16le';
  }
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
