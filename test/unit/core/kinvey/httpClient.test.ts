import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { release } from 'node:os';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { AppError, type ErrorCode } from '../../../../src/core/base/errors';
import { silentLog, type Log } from '../../../../src/core/base/log';
import { HttpClient } from '../../../../src/core/kinvey/httpClient';
import {
  cut,
  cutMidway,
  eventually,
  hang,
  json,
  ScriptedServer,
  text,
} from '../../../support/scriptedServer';

const token = 'token-very-secret-4711';
const password = 'pass-very-secret-0815';

/** Fails as told, and neither the error nor anything in it shows a secret. */
async function failure(work: Promise<unknown>, code: ErrorCode): Promise<AppError> {
  const error: unknown = await work.then(
    (value) => assert.fail(`Expected ${code}, got ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AppError, inspect(error));
  assert.equal(error.code, code, error.message);
  for (const printed of [
    inspect(error, { depth: 10, showHidden: true }),
    JSON.stringify(error),
    JSON.stringify(error.details),
    `${error.message} ${error.stack ?? ''}`,
  ]) {
    assert.ok(!printed.includes(token) && !printed.includes(password), printed);
    assert.ok(!printed.includes('Axios'), printed);
  }
  return error;
}

describe('HttpClient', () => {
  let server: ScriptedServer;
  let client: HttpClient;

  function createClient(options: Partial<ConstructorParameters<typeof HttpClient>[0]> = {}) {
    return new HttpClient({
      baseUrl: server.url,
      token,
      product: 'FlexService/9.9.9',
      log: silentLog,
      backoffMs: 2,
      ...options,
    });
  }

  beforeEach(async () => {
    server = await ScriptedServer.start();
    client = createClient();
  });

  afterEach(() => server.close());

  describe('get', () => {
    it('sends what the contract asks for and nothing that invites compression', async () => {
      server.on('GET v4/user', json(200, { email: 'ann@example.com' }));

      const answer = await client.get('v4/user', {
        query: { from: '2026-01-02T03:04:05+02:00', page: 2, to: undefined },
      });

      assert.deepEqual(answer, { email: 'ann@example.com' });
      const [request] = server.requests;
      assert.equal(request?.path, 'v4/user?from=2026-01-02T03%3A04%3A05%2B02%3A00&page=2');
      assert.equal(request.headers.authorization, `Kinvey ${token}`);
      assert.equal(request.headers.accept, 'application/json');
      assert.equal(
        request.headers['x-kinvey-device-information'],
        `FlexService/9.9.9 ${process.platform} ${release()}`,
      );
      assert.equal(request.headers['content-type'], undefined);
      assert.equal(request.headers['accept-encoding'], undefined);
    });

    it('sends no Authorization header without a token', async () => {
      server.on('GET v4/identity-providers', json(200, []));

      await createClient({ token: undefined }).get('v4/identity-providers');

      assert.equal(server.requests[0]?.headers.authorization, undefined);
    });

    it('keeps the path of the base URL', async () => {
      server.on('GET base/v4/user', json(200, 1));

      assert.equal(await createClient({ baseUrl: `${server.url}base` }).get('v4/user'), 1);
    });

    it('answers undefined for an empty body and text for a body that is not JSON', async () => {
      server.on('GET empty', text(204)).on('GET broken', text(200, '{"half":'));

      assert.equal(await client.get('empty'), undefined);
      assert.equal(await client.get('broken'), '{"half":');
    });

    for (const [status, body, code, told] of [
      [
        401,
        { code: 'InvalidCredentials', description: 'Authorization token invalid or expired.' },
        'sessionExpired',
        /^Your session at Local Runtime \(.*\) is over: sign in again\.$/,
      ],
      [
        403,
        { code: 'InsufficientCredentials', description: 'Not yours.' },
        'forbidden',
        /^Not yours\.$/,
      ],
      [
        404,
        { code: 'ServiceNotFound', description: 'The specified service could not be found.' },
        'notFound',
        /^The specified service could not be found\.$/,
      ],
      [400, { code: 'SiteNotFound', description: 'No site.' }, 'notFound', /^No site\.$/],
      [
        422,
        {
          code: 'ValidationError',
          description: 'Validation failed.',
          errors: [{ field: 'name', message: 'is required' }, { message: 'is odd' }],
        },
        'rejected',
        /^Validation failed\. name: is required is odd$/,
      ],
      [
        500,
        { code: 'Boom', description: 'It broke.', debug: { stack: 'at secret.js:1' } },
        'serverFailed',
        /^It broke\.$/,
      ],
    ] as const) {
      it(`maps ${status} ${body.code} to ${code}`, async () => {
        server.on('GET v4/x', json(status, body));

        const error = await failure(client.get('v4/x'), code);

        assert.match(error.message, told);
        assert.deepEqual(
          { ...error.details, retryAfterMs: undefined },
          {
            status,
            kinveyCode: body.code,
            instance: client.baseUrl,
            method: 'GET',
            path: 'v4/x',
            retryAfterMs: undefined,
          },
        );
      });
    }

    it('shows the status, not the page, for an HTML error', async () => {
      server.on('GET v4/x', text(500, '<html><body>Stack at line 1</body></html>'));

      const error = await failure(client.get('v4/x'), 'serverFailed');

      assert.match(error.message, /^127\.0\.0\.1:\d+ failed \(500 Internal Server Error\)\./);
    });

    it('asks twice again after an empty 503, then tells', async () => {
      server.on('GET v4/x', text(503));

      const error = await failure(client.get('v4/x'), 'serverFailed');

      assert.match(error.message, /503 Service Unavailable/);
      assert.equal(server.requests.length, 3);
    });

    it('waits as long as Retry-After says', async () => {
      server.on('GET v4/x', json(429, {}, { 'retry-after': '0' }), json(200, 'done'));

      assert.equal(await createClient({ backoffMs: 3_600_000 }).get('v4/x'), 'done');
    });

    it('tells at once when it should wait long', async () => {
      server.on('GET v4/x', json(429, { description: 'Slow down.' }, { 'retry-after': '3600' }));

      const error = await failure(client.get('v4/x'), 'rejected');

      assert.equal(error.message, 'Slow down.');
      assert.equal(server.requests.length, 1);
    });

    it('asks again when the connection is cut, also midway', async () => {
      server.on('GET v4/x', cut, cutMidway, json(200, 'done'));

      assert.equal(await client.get('v4/x'), 'done');
    });

    it('names host and reason when the connection keeps being cut', async () => {
      server.on('GET v4/x', cut);

      const error = await failure(client.get('v4/x'), 'unreachable');

      assert.match(error.message, /^127\.0\.0\.1:\d+ cannot be reached: the connection was cut\./);
      assert.equal(server.requests.length, 3);
    });

    it('names host and reason when nothing listens', async () => {
      const gone = await ScriptedServer.start();
      const { url } = gone;
      await gone.close();

      const error = await failure(createClient({ baseUrl: url }).get('v4/x'), 'unreachable');

      assert.match(error.message, /nothing listens at this address\. Is the FlexService Runtime/);
    });

    it('tells a host that does not exist', async () => {
      const lost = createClient({ baseUrl: 'http://flexservice.invalid/' });

      const error = await failure(lost.get('v4/x'), 'unreachable');

      assert.match(error.message, /^flexservice\.invalid cannot be reached: (no host|its name)/);
    });

    it('tells a server that does not speak TLS', async () => {
      const secure = createClient({ baseUrl: server.url.replace('http:', 'https:') });

      assert.match((await failure(secure.get('v4/x'), 'unreachable')).message, /TLS/);
    });

    it('gives up on a server that hangs, asking once', async () => {
      server.on('GET v4/x', hang);

      const error = await failure(client.get('v4/x', { timeoutMs: 250 }), 'timedOut');

      assert.match(error.message, /did not answer within 1 s/);
      assert.equal(server.requests.length, 1);
    });

    it('gives up on an answer that does not end', async () => {
      server.on('GET v4/x', (_request, response) => response.writeHead(200).write('['));

      await failure(client.get('v4/x', { timeoutMs: 40 }), 'timedOut');
    });

    it('does not follow a redirect, and so carries the token nowhere', async () => {
      const other = await ScriptedServer.start();
      server.on('GET v4/x', text(302, '', { location: `${other.url}steal?a=b` }));

      const error = await failure(client.get('v4/x'), 'serverFailed');

      assert.ok(error.message.includes(`redirect to ${other.url.slice(0, -1)}, which`));
      assert.equal(other.requests.length, 0);
      await other.close();
    });

    it('is cancelled by its signal, before, during and between tries', async () => {
      server.on('GET hang', hang).on('GET busy', text(503));
      await failure(client.get('hang', { signal: AbortSignal.abort() }), 'cancelled');
      assert.equal(server.requests.length, 0);

      for (const [path, patient] of [
        ['hang', client],
        ['busy', createClient({ backoffMs: 5_000 })],
      ] as const) {
        const controller = new AbortController();
        const work = patient.get(path, { signal: controller.signal });
        await eventually(() => server.count(`GET ${path}`) === 1);
        controller.abort();
        await failure(work, 'cancelled');
      }
    });

    it('logs method, path and status only', async () => {
      const lines: string[] = [];
      const note = (message: string, details?: unknown) =>
        lines.push(message + inspect(details, { depth: 10 }));
      const log: Log = { debug: note, info: note, warn: note, error: note };
      server.on('GET v4/x', text(503), json(200, { token }));

      await createClient({ log }).get('v4/x', { query: { password } });

      assert.match(lines.join('\n'), /GET v4\/x 503 .*\n.*again.*\n.*GET v4\/x 200/);
      assert.ok(!lines.join().includes(token) && !lines.join().includes(password));
    });
  });

  describe('send', () => {
    it('sends compact JSON and never twice', async () => {
      server.on('POST v4/x', text(503));

      await failure(client.send('POST', 'v4/x', { body: { a: [1, 'ä'] } }), 'serverFailed');

      const [request] = server.requests;
      assert.equal(server.requests.length, 1);
      assert.equal(Buffer.from(request?.body ?? '', 'latin1').toString(), '{"a":[1,"ä"]}');
      assert.match(request?.headers['content-type'] ?? '', /^application\/json/);
    });

    it('deletes without a body', async () => {
      server.on('DELETE session', text(204));

      assert.equal(await client.send('DELETE', 'session'), undefined);

      assert.equal(server.requests[0]?.headers['content-type'], undefined);
    });

    it('tells a wrong password from an expired session', async () => {
      const invalid = json(401, {
        code: 'InvalidCredentials',
        description: 'Invalid e-mail and/or password.',
      });
      server.on('POST session', invalid).on('DELETE session', invalid).on('POST v4/x', text(401));

      const wrong = await failure(
        client.send('POST', 'session', { body: { password } }),
        'badCredentials',
      );
      await failure(client.send('DELETE', 'session'), 'sessionExpired');
      await failure(client.send('POST', 'v4/x'), 'sessionExpired');

      assert.equal(wrong.message, 'Invalid e-mail and/or password.');
    });

    for (const status of [401, 403]) {
      it(`asks for a two-factor token whatever the status, here ${status}`, async () => {
        server.on('POST session', json(status, { code: 'InvalidTwoFactorAuth' }));

        await failure(client.send('POST', 'session', { body: {} }), 'twoFactorRequired');
      });
    }

    it('hides secrets that the server echoes', async () => {
      const description = `No ${password} with ${token}`;
      server.on('POST session', json(422, { code: 'ValidationError', description }));

      const error = await failure(
        client.send('POST', 'session', { body: { password } }),
        'rejected',
      );

      assert.equal(error.message, 'No [hidden] with [hidden]');
    });
  });

  describe('upload', () => {
    const block = Buffer.alloc(64 * 1024, 'x');

    /** Many blocks, each made when asked for. */
    function blocks(count: number): { body: Readable; made: () => number } {
      let made = 0;
      const body = new Readable({
        read() {
          setImmediate(() => this.push(made++ < count ? block : null));
        },
      });
      return { body, made: () => made };
    }

    it('streams in chunks', async () => {
      server.on('POST v4/jobs', json(202, { job: '1' }));

      const answer = await client.upload('v4/jobs', blocks(3).body, { 'Content-Type': 'a/b' });

      const [request] = server.requests;
      assert.deepEqual(answer, { job: '1' });
      assert.equal(request?.body.length, 3 * block.length);
      assert.equal(request.headers['transfer-encoding'], 'chunked');
      assert.equal(request.headers['content-length'], undefined);
      assert.equal(request.headers['content-type'], 'a/b');
    });

    it('takes an answer that comes early and stops sending', async () => {
      server.on('POST v4/jobs', (_request, response) =>
        response.writeHead(409).end('{"code":"Conflict","description":"Too low."}'),
      );
      const endless = blocks(Infinity);

      const error = await failure(client.upload('v4/jobs', endless.body, {}), 'rejected');

      assert.equal(error.message, 'Too low.');
      assert.equal(endless.body.destroyed, true);
    });

    it('takes an early answer also when the server then destroys the socket', async () => {
      server.on('POST v4/jobs', (request, response) =>
        response
          .writeHead(409)
          .end('{"code":"Conflict","description":"Too low."}', () => request.socket.destroy()),
      );

      for (let round = 0; round < 20; round += 1) {
        const { body } = blocks(200);
        const error = await failure(client.upload('v4/jobs', body, {}), 'rejected');
        assert.equal(error.message, 'Too low.');
      }
    });

    it('tells when the server vanishes midway', async () => {
      server.on('POST v4/jobs', (request) => request.once('data', () => request.socket.destroy()));
      const endless = blocks(Infinity);

      await failure(client.upload('v4/jobs', endless.body, {}), 'unreachable');

      assert.equal(endless.body.destroyed, true);
    });

    it('destroys the stream when it is cancelled', async () => {
      server.on('POST v4/jobs', hang);
      const endless = blocks(Infinity);
      const controller = new AbortController();
      const upload = client.upload('v4/jobs', endless.body, {}, { signal: controller.signal });
      await eventually(() => endless.made() > 5);

      controller.abort();

      await failure(upload, 'cancelled');
      assert.equal(endless.body.destroyed, true);
    });

    it('counts its time-out from the last chunk that was taken', async () => {
      server.on('POST v4/jobs', json(202, { job: '1' }));
      let pieces = 0;
      const slow = new Readable({
        read() {
          pieces += 1;
          setTimeout(() => this.push(pieces > 40 ? null : block), 20);
        },
      });

      assert.deepEqual(await client.upload('v4/jobs', slow, {}, { timeoutMs: 600 }), { job: '1' });
    });

    it('gives up when nobody takes what it sends', async () => {
      const deaf = net.createServer({ pauseOnConnect: true }, (socket) => {
        socket.on('error', () => undefined);
      });
      deaf.listen(0, '127.0.0.1');
      await once(deaf, 'listening');
      const baseUrl = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/`;
      const endless = blocks(Infinity);

      const upload = createClient({ baseUrl }).upload('x', endless.body, {}, { timeoutMs: 100 });

      await failure(upload, 'timedOut');
      assert.equal(endless.body.destroyed, true);
      deaf.close();
    });

    it('throws what the body itself failed with', async () => {
      server.on('POST v4/jobs', hang);
      const broken = Readable.from(
        (function* () {
          yield block;
          throw new AppError('fileInvalid', 'A file grew.');
        })(),
      );

      await failure(client.upload('v4/jobs', broken, {}), 'fileInvalid');
    });
  });
});
