import { createReadStream, readFileSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { throwIfAborted } from '../../base/retry';
import type { BundleFile } from '../../project/bundlePlan';

export interface TextLines {
  /** Of the first one, counted from 1. */
  readonly number: number;
  readonly lines: readonly string[];
}

/** A longer line comes in pieces, as in a minified script that is a single line. */
const longestLine = 16 * 1024;
/** So much of a piece comes again with the next, so that nothing is cut in two. */
const overlap = 1024;

/** What a small text file holds; undefined where it is binary, as git tells it: by a NUL. */
export function readSmallText({ absolute }: BundleFile): string | undefined {
  const content = readFileSync(absolute);
  const encoding = encodingOf(content);
  if (encoding !== 'utf-8') {
    const text = new TextDecoder(encoding).decode(content);
    return isBinary(text) ? undefined : text;
  }
  return content.includes(0) ? undefined : content.toString();
}

/**
 * The lines of a text file, in parts as they are read: memory does not grow with the file. Nothing
 * more comes where it turns out to be binary.
 */
export async function* readTextLines(
  { absolute }: BundleFile,
  signal?: AbortSignal,
): AsyncGenerator<TextLines> {
  let rest = '';
  let number = 1;
  for await (const chunk of decoded(createReadStream(absolute))) {
    throwIfAborted(signal);
    if (isBinary(chunk)) {
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

function isBinary(text: string): boolean {
  return text.includes('\0');
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
