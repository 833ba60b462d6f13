import type { Readable } from 'node:stream';
import type { Deadline } from './deadline';

/** An answer to an error is never longer; what comes after that is nothing to tell a person. */
const longestText = 65_536;

/**
 * An answer that goes on, as text in the pieces that it comes in, at the pace of its reader. Throws
 * what `explain` makes of a failure; ends the answer when its reader stops.
 */
export async function* readPieces(
  answer: Readable,
  deadline: Deadline,
  explain: (error: unknown) => Error,
): AsyncGenerator<string> {
  try {
    for await (const piece of answer.setEncoding('utf8') as AsyncIterable<string>) {
      deadline.touch();
      yield piece;
    }
  } catch (error) {
    throw explain(error);
  } finally {
    deadline.dispose();
    answer.destroy();
  }
}

/** An answer that ends, as text. */
export async function readText(answer: Readable): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += piece;
    if (text.length > longestText) {
      break;
    }
  }
  return text;
}
