import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isAppError } from '../../../../src/core/base/errors';
import {
  buildRequest,
  dataEvents,
  LocalService,
  type HandlerRequest,
} from '../../../../src/core/handlers/localService';
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
    server.listen(0, host);
    await once(server, 'listening');
    return new LocalService((server.address() as AddressInfo).port);
  };
  const freePort = async () => {
    const { port } = await serve(() => [200, '']);
    servers.pop()?.close();
    return port;
  };

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

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

describe('buildRequest', () => {
  const line = (request: HandlerRequest) => {
    const { method, path, body } = buildRequest(request, 10_001);
    return [method, path, ...(body === undefined ? [] : [body])].join(' ');
  };
  const data = (event: string | undefined, rest: Partial<HandlerRequest> = {}) =>
    line({ kind: 'data', name: 'my orders', event, ...rest });

  it('knows the eleven events', () => {
    assert.equal(dataEvents.length, 11);
  });

  const query = { query: '{"a":1}', limit: '2' };
  const search = '?query=%7B%22a%22%3A1%7D&limit=2';
  const routes: [string | undefined, Partial<HandlerRequest>, string][] = [
    ['onGetAll', {}, 'GET /my%20orders'],
    ['onGetById', { id: '1' }, 'GET /my%20orders/1'],
    ['onGetByQuery', { query }, `GET /my%20orders${search}`],
    ['onGetByQuery', {}, 'GET /my%20orders?query=%7B%7D'],
    ['onGetCount', {}, 'GET /my%20orders/_count'],
    ['onGetCountByQuery', { query }, `GET /my%20orders/_count${search}`],
    ['onInsert', { body: { a: 1 } }, 'POST /my%20orders {"a":1}'],
    ['onInsert', {}, 'POST /my%20orders {}'],
    ['onInsertMany', { body: [] }, 'POST /my%20orders []'],
    ['onUpdate', { id: '1', body: { a: 1 } }, 'PUT /my%20orders/1 {"a":1}'],
    ['onDeleteAll', {}, 'DELETE /my%20orders'],
    ['onDeleteById', { id: '1' }, 'DELETE /my%20orders/1'],
    ['onDeleteByQuery', { query }, `DELETE /my%20orders${search}`],
    [undefined, {}, 'GET /my%20orders'],
    [undefined, { id: '1' }, 'GET /my%20orders/1'],
    [undefined, { query }, `GET /my%20orders${search}`],
    [undefined, { body: {} }, 'POST /my%20orders {}'],
    [undefined, { body: [1] }, 'POST /my%20orders [1]'],
    [undefined, { id: '1', body: {} }, 'PUT /my%20orders/1 {}'],
  ];
  for (const [event, rest, expected] of routes) {
    it(`routes ${event ?? 'no event'} with ${Object.keys(rest).join(' and ') || 'nothing'} to ${expected}`, () => {
      assert.equal(data(event, rest), expected);
    });
  }

  const refused: [string, Partial<HandlerRequest>, RegExp][] = [
    ['onGetById', {}, /needs the id/],
    ['onGetById', { id: '_count' }, /needs the id/],
    ['onGetAll', { query }, /takes no query: use onGetByQuery/],
    ['onGetCount', { query }, /takes no query: use onGetCountByQuery/],
    ['onDeleteAll', { query }, /takes no query: use onDeleteByQuery/],
    ['onInsert', { body: [] }, /use onInsertMany/],
    ['onInsertMany', { body: {} }, /needs an array/],
    ['onPatch', {}, /onPatch is no FlexData event/],
    ['toString', {}, /toString is no FlexData event/],
    ['onGetAll', { name: '' }, /name of the handler is missing/],
    ['onGetAll', { context: { username: 'a\r\nx: y' } }, /x-kinvey-username holds a character/],
    ['onGetAll', { secret: '日' }, /x-auth-key holds a character/],
  ];
  for (const [event, rest, sentence] of refused) {
    it(`refuses ${event} where it would not reach its handler: ${sentence.source}`, () => {
      assert.throws(
        () => data(event, rest),
        (error) => isAppError(error, 'invalidInput') && sentence.test(error.message),
      );
    });
  }

  it('puts what a function gets into its envelope', () => {
    const call = line({
      kind: 'function',
      name: 'total/all',
      body: { a: 1 },
      query: { q: '1' },
      context: { hookType: 'pre', objectName: 'orders', entityId: '7' },
    });

    assert.equal(
      call,
      'POST /_flexFunctions/total%2Fall {"body":{"a":1},"method":"POST","query":{"q":"1"},"hookType":"pre","objectName":"orders","entityId":"7"}',
    );
  });

  it('gives a post hook its body as the response so far', () => {
    const { body } = buildRequest(
      { kind: 'function', name: 'f', body: [1], context: { hookType: 'post' } },
      1,
    );

    assert.deepEqual(JSON.parse(body ?? ''), {
      body: [1],
      method: 'POST',
      hookType: 'post',
      response: { status: 200, headers: {}, body: [1] },
    });
  });

  it('posts an auth request as it is', () => {
    const body = { username: 'ann', password: 'x' };

    assert.equal(
      line({ kind: 'auth', name: 'login', body }),
      'POST /_auth/login {"username":"ann","password":"x"}',
    );
  });

  it('tells the context in headers, as JSON that headers can carry', () => {
    const { headers } = buildRequest(
      {
        kind: 'data',
        name: 'orders',
        headers: { Authorization: 'Kinvey ü日😀' },
        secret: 'hush',
        context: {
          username: 'ann',
          userId: 'u1',
          environmentId: 'kid_1',
          requestId: 'r1',
          appMetadata: { _id: 'é' },
        },
      },
      10_001,
    );

    assert.deepEqual(headers, {
      host: 'localhost:10001',
      accept: 'application/json',
      'x-auth-key': 'hush',
      'x-kinvey-environment-id': 'kid_1',
      'x-kinvey-request-id': 'r1',
      'x-kinvey-username': 'ann',
      'x-kinvey-user-id': 'u1',
      'x-kinvey-app-metadata': '{"_id":"\\u00e9"}',
      'x-kinvey-original-request-headers':
        '{"authorization":"Kinvey \\u00fc\\u65e5\\ud83d\\ude00"}',
    });
  });
});
