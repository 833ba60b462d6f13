// Not `node:http`: VS Code patches for proxies and certificates what an extension requires under
// these names.
import http from 'http';
import https from 'https';
import type { Socket } from 'node:net';

/** What a broken connection may still have to say takes no longer than this. */
const lastWordsMs = 1_000;
const patient = Symbol('reads on after a write error');

/**
 * The http and https of Node.js for axios, but where sending fails since the server has closed the
 * connection, what it had answered before is still read (contract 2.1). Node.js itself destroys the
 * socket at the first failing write, and with it an answer that nobody has read yet.
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
  const write = socket._write.bind(socket);
  const patientWrite: Socket['_write'] = (chunk, encoding, done) =>
    write(chunk, encoding, (error) => (error ? afterLastWords(socket, error, done) : done()));
  // Without _writev every chunk takes the way through _write.
  Object.assign(socket, { _write: patientWrite, _writev: null, [patient]: true });
}

/**
 * When the other side has really gone, reading ends too and closes the socket; then nobody waits
 * for the write.
 */
function afterLastWords(socket: Socket, error: Error, done: (error: Error) => void): void {
  const timer = setTimeout(() => done(error), lastWordsMs);
  socket.once('close', () => clearTimeout(timer));
}
