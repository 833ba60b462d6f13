import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { isSmall, readSmallBody } from '../../../../src/runtime/ingress/smallBody';

describe('a small body', () => {
  const source = () => new PassThrough() as unknown as PassThrough & IncomingMessage;
  const announcing = (headers: IncomingMessage['headers']) => ({ headers });

  it('is one that says so, and no stream', () => {
    assert.ok(isSmall(announcing({ 'content-length': '65536' })));
    assert.ok(!isSmall(announcing({ 'content-length': '65537' })));
    assert.ok(!isSmall(announcing({ 'content-length': '0' })));
    assert.ok(!isSmall(announcing({ 'transfer-encoding': 'chunked' })));
  });

  it('is put together', async () => {
    const request = source();
    const body = readSmallBody(request);
    request.write('one, ');
    request.end('two');

    assert.equal((await body).toString(), 'one, two');
  });

  it('is given up when its caller leaves', async () => {
    const request = source();
    const body = readSmallBody(request);
    request.write('one, ');
    request.destroy(new Error('ECONNRESET'));

    await assert.rejects(body, { status: 400 });
  });
});
