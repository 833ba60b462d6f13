import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { requestHeaders, responseHeaders } from '../../../../src/runtime/ingress/headers';

describe('headers of the ingress', () => {
  const message = (...rawHeaders: string[]): IncomingMessage => {
    const headers: Record<string, string> = {};
    for (let index = 0; index < rawHeaders.length; index += 2) {
      headers[rawHeaders[index]!.toLowerCase()] = rawHeaders[index + 1]!;
    }
    return { rawHeaders, headers } as unknown as IncomingMessage;
  };

  it('keeps names, order and repetitions of what a caller sent', () => {
    const sent = ['X-One', '1', 'Cookie', 'a=b', 'Cookie', 'c=d'];

    assert.deepEqual(requestHeaders(message(...sent), 4001, undefined), [
      'Host',
      '127.0.0.1:4001',
      ...sent,
    ]);
  });

  it('keeps what belongs to the connection, and what it names, to itself', () => {
    const sent = message('Connection', 'close, X-Hop', 'X-Hop', '1', 'TE', 'trailers', 'A', 'b');

    assert.deepEqual(requestHeaders(sent, 1, undefined).slice(2), ['A', 'b']);
    const raw = ['Connection', 'X-Hop', 'x-hop', '1', 'Transfer-Encoding', 'chunked', 'A', 'b'];
    const answer = responseHeaders(
      raw.map((text) => Buffer.from(text)),
      'X-Hop',
    );
    assert.deepEqual(answer, ['A', 'b']);
  });

  it('puts the secret in the place of an accepted token', () => {
    const sent = message('Authorization', 'Kinvey t', 'A', 'b');

    assert.deepEqual(requestHeaders(sent, 1, 's').slice(2), ['A', 'b', 'X-Auth-Key', 's']);
    assert.deepEqual(requestHeaders(sent, 1, undefined).slice(2), sent.rawHeaders);
  });

  it("leaves a caller's own key as it is", () => {
    const sent = message('x-auth-key', 'mine');

    assert.deepEqual(requestHeaders(sent, 1, 's').slice(2), ['x-auth-key', 'mine']);
  });
});
