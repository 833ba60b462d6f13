import assert from 'node:assert/strict';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { isAppError } from '../../../../src/core/base/errors';
import { LocalService } from '../../../../src/core/handlers/localService';
import { listen, shut } from '../../../support/listen';
import { skip } from '../../../support/skip';

type Answer = (request: http.IncomingMessage, body: string) => [number, string] | undefined;

describe('LocalService', () => {
  const servers: http.Server[] = [];

  const serve = async (answer: Answer, host = '127.0.0.1') => {
    const server = http.createServer((request, response) => {
      void text(request).then((body) => {
        const answered = answer(request, body);
        if (answered) {
          response.writeHead(answered[0], { 'x-a': ['1', '2'] }).end(answered[1]);
        }
      });
    });
    servers.push(server);
    return new LocalService(await listen(server, 0, host));
  };
  const freePort = async () => {
    const { port } = await serve(() => [200, '']);
    servers.pop()?.close();
    return port;
  };

  afterEach(() => servers.splice(0).forEach(shut));

  it('listens for the SDK on 10001 unless told otherwise', () => {
    assert.equal(new LocalService().port, 10_001);
  });

  it('knows a healthy service from everything else', async () => {
    const of = async (status: number, body: string) =>
      (await serve(() => [status, body])).isHealthy();

    assert.equal(await of(200, '{"healthy":true}'), true);
    assert.equal(await of(200, '<html>'), false);
    assert.equal(await of(503, '{"healthy":true}'), false);
    assert.equal(await new LocalService(await freePort()).isHealthy(), false);
  });

  it('finds a service that listens on ::1 only', async function () {
    const service = await serve(() => [200, '{"healthy":true}'], '::1').catch(() => undefined);
    if (!service) skip(this, 'this system has no IPv6');
    assert.equal(await service.isHealthy(), true);
  });

  it('waits until the service is up', async () => {
    let pings = 0;
    const service = await serve(() => [++pings < 3 ? 503 : 200, '{"healthy":true}']);

    await service.waitUntilHealthy({ timeoutMs: 30_000 });

    assert.equal(pings, 3);
  });

  it('says on which port nothing came up', async () => {
    const service = new LocalService(await freePort());

    await assert.rejects(
      service.waitUntilHealthy({ timeoutMs: 0 }),
      (error) => isAppError(error, 'serviceNotReady') && error.message.includes(`${service.port}`),
    );
  });

  it('stops waiting when it is cancelled', async () => {
    const service = new LocalService(await freePort());
    const abort = new AbortController();
    const waiting = service.waitUntilHealthy({ timeoutMs: 60_000, signal: abort.signal });
    abort.abort();

    await assert.rejects(waiting, (error) => isAppError(error, 'cancelled'));
  });

  it('lists what discovery reports, in its order', async () => {
    const discovery = {
      dataLink: { serviceObjects: ['orders', 'customers'] },
      businessLogic: { handlers: ['total'] },
    };
    const service = await serve(({ url, method }) =>
      url === '/_command/discover' && method === 'POST'
        ? [200, JSON.stringify(discovery)]
        : [404, ''],
    );

    assert.deepEqual(await service.discover(), {
      dataObjects: ['orders', 'customers'],
      functions: ['total'],
      auth: [],
    });
  });

  it('tells when something else answers discovery', async () => {
    const service = await serve(() => [404, '<html>Cannot POST</html>']);

    await assert.rejects(service.discover(), (error) => isAppError(error, 'serviceNotReady'));
  });

  it('does not wait for discovery for ever', async () => {
    const service = await serve(() => undefined);

    await assert.rejects(
      service.discover({ timeoutMs: 50 }),
      (error) => isAppError(error, 'serviceNotReady') && error.message.includes('handlers'),
    );
  });

  it('hands on status, headers and JSON of whatever is answered', async () => {
    const service = await serve(() => [550, '{"error":"FlexRuntimeError"}']);

    const answer = await service.invoke({ kind: 'data', name: 'orders' });

    assert.equal(answer.status, 550);
    assert.equal(answer.headers['x-a'], '1, 2');
    assert.deepEqual(answer.body, { error: 'FlexRuntimeError' });
    assert.ok(answer.durationMs >= 0);
  });

  it('keeps an HTML error page as text', async () => {
    const service = await serve(() => [500, '<pre>Error: oops</pre>']);

    const { body } = await service.invoke({ kind: 'function', name: 'total' });

    assert.equal(body, '<pre>Error: oops</pre>');
  });

  it('sends the request as it was built', async () => {
    const service = await serve((request, body) => [
      200,
      JSON.stringify([request.method, request.url, request.headers['x-auth-key'], body]),
    ]);

    const { body } = await service.invoke({
      kind: 'data',
      name: 'orders',
      event: 'onUpdate',
      id: 'a/b',
      body: { name: 'Grün' },
      secret: 'hush',
    });

    assert.deepEqual(body, ['PUT', '/orders/a%2Fb', 'hush', '{"name":"Grün"}']);
  });

  it('says so when nothing runs there', async () => {
    const service = new LocalService(await freePort());

    await assert.rejects(
      service.invoke({ kind: 'data', name: 'orders' }),
      (error) => isAppError(error, 'serviceNotReady') && error.message.includes('run it first'),
    );
  });

  it('says so when the service goes away while it works', async () => {
    const service = await serve((request) => {
      request.socket.destroy();
      return undefined;
    });

    await assert.rejects(
      service.invoke({ kind: 'data', name: 'orders', secret: 'hush' }),
      (error) =>
        isAppError(error, 'serviceNotReady') &&
        error.message.includes('may have crashed') &&
        !JSON.stringify([error.message, error.details]).includes('hush'),
    );
  });

  it('lets go of a handler that never answers', async () => {
    const abort = new AbortController();
    const service = await serve(() => {
      abort.abort();
      return undefined;
    });

    await assert.rejects(
      service.invoke({ kind: 'data', name: 'orders', signal: abort.signal }),
      (error) => isAppError(error, 'cancelled'),
    );
  });
});
