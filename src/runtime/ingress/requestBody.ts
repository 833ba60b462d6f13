import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { ApiError } from '../api/errors';

export function bodyTooLarge(): ApiError {
  return new ApiError(413, 'RequestTooLarge', 'The body is larger than this request may be.');
}

/**
 * The body of a request on its way to a replica. Nothing is read of it before somebody asks: until
 * then another replica may be tried, with a new body of the same request. What ends it leaves the
 * request itself alone, which is still to be answered.
 */
export class RequestBody extends Readable {
  private hasBegun = false;
  private bytes = 0;

  constructor(
    private readonly source: IncomingMessage,
    private readonly mostBytes: number,
  ) {
    super();
    // Who reads it hears of an error; where nobody does any more, it must not end the runtime.
    this.on('error', () => undefined);
  }

  override _read(): void {
    if (this.hasBegun) {
      this.source.resume();
      return;
    }
    this.hasBegun = true;
    this.source
      .on('data', this.receive)
      .once('end', () => this.push(null))
      .once('error', (error) => this.destroy(error));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.source.off('data', this.receive);
    done(error);
  }

  private readonly receive = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    if (this.bytes > this.mostBytes) {
      this.destroy(bodyTooLarge());
    } else if (!this.push(chunk)) {
      this.source.pause();
    }
  };
}
