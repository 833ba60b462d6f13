import type { IncomingMessage } from 'node:http';
import { ApiError } from '../api/errors';

const mostBytes = 65_536;

/** Whether a request announces a body that is worth waiting for: it then leaves as one packet. */
export function isSmall({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const bytes = Number(headers['content-length'] ?? 0);
  return bytes > 0 && bytes <= mostBytes;
}

/**
 * The whole of a small body. Node.js' parser takes no more than was announced. Throws ApiError where
 * the caller leaves before its end.
 */
export function readSmallBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const onClose = () =>
      reject(new ApiError(400, 'BadRequest', 'The body ended before the length it announced.'));
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      // Told by `close` as well; without a listener it would end the runtime.
      .once('error', onClose)
      .once('close', onClose)
      .once('end', () => {
        request.off('close', onClose);
        const [first] = chunks;
        resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks));
      });
  });
}
