// Not `node:http`: VS Code patches for proxies and certificates what an extension requires under
// these names.
import http from 'http';
import https from 'https';
import type { Socket } from 'node:net';
import { giveBack } from '../base/reusedMemory';

/** What a broken connection may still have to say takes no longer than this. */
const lastWordsMs = 1_000;
const patient = Symbol('reads on after a write error');

/**
 * The http and https of Node.js for axios, but where sending fails since the server has closed the
 * connection, what it had answered before is still read (contract 2.1). Node.js itself destroys the
 * socket at the first failing write, and with it an answer that nobody has read yet. Memory of what
 * was sent is given back.
 */
export const uploadTransport = {
  request(
    options: https.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const { request } = options.protocol === 'https:' ? https : http;
    return request(options, onResponse).once('socket', readOnAfterWriteError);
  },
};

function readOnAfterWriteError(socket: Socket): void {
  if (patient in socket) {
    return;
  }
  const patiently = (done: Done, written: readonly unknown[]): Done => {
    return (error) => {
      if (error) {
        afterLastWords(socket, error, done);
        return;
      }
      written.filter((one) => one instanceof Uint8Array).forEach(giveBack);
      done();
    };
  };
  const one = socket._write.bind(socket);
  const several = socket._writev?.bind(socket);
  const writes: Pick<Socket, '_write' | '_writev'> = {
    _write: (chunk, encoding, done) => one(chunk, encoding, patiently(done, [chunk])),
    // A chunk goes out at once with its size before and its end behind it.
    _writev:
      several &&
      ((parts, done) => {
        const chunks = parts.map(({ chunk }): unknown => chunk);
        several(parts, patiently(done, chunks));
      }),
  };
  Object.assign(socket, writes, { [patient]: true });
}

type Done = (error?: Error | null) => void;

/**
 * When the other side has really gone, reading ends too and closes the socket; then nobody waits
 * for the write.
 */
function afterLastWords(socket: Socket, error: Error, done: Done): void {
  const timer = setTimeout(() => done(error), lastWordsMs);
  socket.once('close', () => clearTimeout(timer));
}
