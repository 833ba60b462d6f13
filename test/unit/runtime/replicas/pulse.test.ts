import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { losesPulse } from '../../../../src/runtime/replicas/pulse';
import { listen, shut } from '../../../support/listen';

describe('losesPulse', () => {
  const limits = { pingMs: 20, pingMisses: 3 };
  let server: Server | undefined;

  afterEach(() => server && shut(server));

  const serve = (answer: RequestListener): Promise<number> => {
    server = createServer(answer);
    return listen(server);
  };

  it('is true after so many pings without an answer in a row', async () => {
    let pings = 0;
    const healthy = [true, false, false, true, false, false, false];
    const port = await serve((_request, response) => {
      response.statusCode = healthy[pings++] ? 200 : 503;
      response.end();
    });

    const patient = { ...limits, pingMs: 300 };
    assert.equal(await losesPulse(port, patient, new AbortController().signal), true);
    assert.equal(pings, healthy.length);
  });

  it('waits for each answer so long and no longer', async () => {
    const port = await serve(() => undefined);

    assert.equal(await losesPulse(port, limits, new AbortController().signal), true);
  });

  it('ends without a word when nobody wants to know any more', async () => {
    const port = await serve((_request, response) => void response.end());
    const ending = new AbortController();
    const result = losesPulse(port, limits, ending.signal);
    ending.abort();

    assert.equal(await result, false);
  });
});
