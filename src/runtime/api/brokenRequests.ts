import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { systemCode } from '../../core/base/errors';
import { ApiError } from './errors';

/** Answers what is no request at all, or one that came too slowly, in the form of the contract. */
export function answerBrokenRequest(error: Error, socket: Socket): void {
  if (socket.writable) {
    const problem = problemOf(systemCode(error));
    const body = JSON.stringify(problem.toBody());
    socket.write(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy();
}

function problemOf(code: string | undefined): ApiError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ApiError(408, 'RequestTimeout', 'The request took too long to arrive.');
    case 'HPE_HEADER_OVERFLOW':
      return new ApiError(431, 'RequestTooLarge', 'The headers of the request are too large.');
    default:
      return new ApiError(400, 'BadRequest', 'This is no HTTP request.');
  }
}
