import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { RequestBody } from '../../../../src/runtime/ingress/requestBody';

describe('RequestBody', () => {
  const source = () => new PassThrough() as unknown as PassThrough & IncomingMessage;

  it('leaves the request unread until somebody asks, so that another body may be made of it', async () => {
    const request = source();
    request.end('all of it');
    const refused = new RequestBody(request, 100);

    refused.destroy(new Error('connection refused'));

    assert.equal(await text(new RequestBody(request, 100)), 'all of it');
  });

  it('passes on more than fits into a buffer, as it is asked for', async () => {
    const request = source();
    const chunks = Array.from({ length: 50 }, (_none, index) => String(index % 10).repeat(20_000));
    const body = text(new RequestBody(request, 2_000_000));
    for (const chunk of chunks) {
      request.write(chunk);
    }
    request.end();

    assert.equal(await body, chunks.join(''));
  });

  it('ends with 413 beyond its limit, and leaves the request alone', async () => {
    const request = source();
    request.write('x'.repeat(101));

    await assert.rejects(text(new RequestBody(request, 100)), { status: 413 });

    assert.equal(request.destroyed, false);
  });
});
