import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { startInProcess, type InProcessRuntime } from '../../../support/inProcessRuntime';

interface RawAnswer {
  readonly status: number;
  readonly body: { readonly code?: string; readonly description?: string };
}

describe('the HTTP server of a runtime', () => {
  let runtime: InProcessRuntime;

  before(async () => {
    runtime = await startInProcess();
  });

  after(() => runtime.close());

  /** Sends these very bytes, and reads until the server ends the connection. */
  async function send(text: string): Promise<RawAnswer> {
    const { hostname, port } = new URL(runtime.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('error', () => undefined);
    socket.write(text);
    await once(socket, 'close');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    return {
      status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
      body: (body === '' ? {} : JSON.parse(body)) as RawAnswer['body'],
    };
  }
  const get = async (target: string, ...headers: string[]) => {
    const lines = [`GET ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''];
    const { status, body } = await send(lines.join('\r\n'));
    return [status, body.code];
  };

  it('answers loopback names', async () => {
    for (const host of ['localhost', 'LOCALHOST:80', '127.0.0.1:1', '[::1]:80', 'a.localhost']) {
      assert.deepEqual(await get('/healthcheck', `Host: ${host}`), [200, undefined], host);
    }
  });

  it('refuses every other name', async () => {
    const foreign = [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
    ];
    for (const host of [...foreign, 'localhost@evil.example', '0.0.0.0', '[::2]', '']) {
      assert.deepEqual(await get('/healthcheck', `Host: ${host}`), [403, 'HostNotAllowed'], host);
    }
  });

  it('refuses a request without a name', async () => {
    assert.equal((await get('/healthcheck'))[0], 400);
    const { status, body } = await send('GET /healthcheck HTTP/1.0\r\n\r\n');
    assert.deepEqual([status, body.code], [403, 'HostNotAllowed']);
  });

  it('takes the name of a whole URL instead of the header', async () => {
    const local = 'Host: 127.0.0.1';
    const foreign = 'Host: evil.example';

    assert.deepEqual(await get('http://localhost/healthcheck', foreign), [200, undefined]);
    assert.deepEqual(await get('http://evil.example/healthcheck', local), [403, 'HostNotAllowed']);
    assert.deepEqual(await get('http://localhost', local), [404, 'RouteNotFound']);
    const unknown = 'http://localhost/flex/x/y';
    assert.deepEqual(await get(unknown, local), [404, 'ServiceEnvironmentNotFound']);
  });

  it('answers what is no HTTP, or too much of it, in the form of the contract', async () => {
    const local = 'Host: localhost';

    const nonsense = await send('nonsense\r\n\r\n');
    assert.deepEqual(nonsense, {
      status: 400,
      body: { code: 'BadRequest', description: 'This is no HTTP request.' },
    });
    assert.deepEqual(await get('/healthcheck', local, `X: ${'x'.repeat(20_000)}`), [
      431,
      'RequestTooLarge',
    ]);
    assert.deepEqual(await get(`/${'x'.repeat(20_000)}`, local), [431, 'RequestTooLarge']);
    assert.equal((await get(`/v4/services/${'x'.repeat(200)}`, local))[1], 'BadRequest');
  });

  it('never echoes a body that it could not read', async () => {
    const body = '{"email": "a@b", "password": geheim}';
    const { status, body: answer } = await send(
      `POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );

    assert.deepEqual([status, answer.code], [400, 'BadRequest']);
    assert.doesNotMatch(answer.description ?? '', /geheim/);
  });
});
