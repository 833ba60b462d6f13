import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { losesPulse } from '../../../../src/runtime/replicas/pulse';

describe('losesPulse', () => {
  const limits = { pingMs: 20, pingMisses: 3 };
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const listen = async (answer: RequestListener): Promise<number> => {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };

  it('is true after so many pings without an answer in a row', async () => {
    let pings = 0;
    const healthy = [true, false, false, true, false, false, false];
    const port = await listen((_request, response) => {
      response.statusCode = healthy[pings++] ? 200 : 503;
      response.end();
    });

    const patient = { ...limits, pingMs: 300 };
    assert.equal(await losesPulse(port, patient, new AbortController().signal), true);
    assert.equal(pings, healthy.length);
  });

  it('waits for each answer so long and no longer', async () => {
    const port = await listen(() => undefined);

    assert.equal(await losesPulse(port, limits, new AbortController().signal), true);
  });

  it('ends without a word when nobody wants to know any more', async () => {
    const port = await listen((_request, response) => void response.end());
    const ending = new AbortController();
    const result = losesPulse(port, limits, ending.signal);
    ending.abort();

    assert.equal(await result, false);
  });
});
