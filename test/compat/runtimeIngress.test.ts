import assert from 'node:assert/strict';
import { request as open } from 'node:http';
import path from 'node:path';
import { RuntimeClient, tinyService, type TestService } from '../support/runtimeClient';
import { startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

describe('the ingress', () => {
  let folder: string;
  let runtime: RuntimeProcess;
  let client: RuntimeClient;
  let service: TestService;

  before(async () => {
    folder = createScratchFolder('ingress');
    runtime = await startRuntime({
      dataDirectory: path.join(folder, 'data'),
      env: { FLEX_RUNTIME_REQUEST_SECONDS: '1', FLEX_RUNTIME_REQUEST_BYTES: '6000000' },
    });
    client = await RuntimeClient.signIn(runtime.url);
    service = await client.createService();
    await client.ended(await client.deploy(service, '1.0.0', tinyService('1.0.0')));
  });

  after(async () => {
    await runtime.stop();
    removeScratchFolder(folder);
  });

  const call = async (route: string, init?: RequestInit): Promise<Echo> =>
    (await (await client.call(service, route, init)).json()) as Echo;
  const code = async (response: Response) => [
    response.status,
    ((await response.json()) as { code: string }).code,
  ];

  it('passes method, path, query, headers and body on', async () => {
    const echo = await call('/orders/a%20b?query=%7B%7D', {
      method: 'PUT',
      headers: { 'content-type': 'text/odd', 'x-kinvey-username': 'jane' },
      body: 'some bytes',
    });

    assert.deepEqual(
      [echo.method, echo.url, echo.body],
      ['PUT', '/orders/a%20b?query=%7B%7D', 'some bytes'],
    );
    assert.equal(echo.headers['content-type'], 'text/odd');
    assert.equal(echo.headers['x-kinvey-username'], 'jane');
  });

  it('passes a large body on', async () => {
    const body = 'x'.repeat(5_000_000);

    assert.equal((await call('/', { method: 'POST', body })).body.length, body.length);
  });

  it('refuses a body beyond its limit before it comes', async () => {
    const answer = await new Promise((resolve, reject) => {
      const headers = { 'content-length': '6000001' };
      const url = `${runtime.url}flex/${service.environmentId}/`;
      const outgoing = open(url, { method: 'POST', headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.once('end', () => {
          resolve([response.statusCode, (JSON.parse(body) as { code: string }).code]);
          outgoing.destroy();
        });
      });
      outgoing.once('error', reject).flushHeaders();
    });

    assert.deepEqual(answer, [413, 'RequestTooLarge']);
  });

  it('adds the shared secret for who is signed in, and keeps the token to itself', async () => {
    const { headers } = await call('/', { headers: { authorization: `Kinvey ${client.token}` } });

    assert.equal(headers['x-auth-key'], 's3cret');
    assert.equal(headers.authorization, undefined);
  });

  it('adds no secret for a stranger, and passes his own key on', async () => {
    const anonymous = await call('/', { headers: { authorization: 'Kinvey nonsense' } });
    const withKey = await call('/', { headers: { 'x-auth-key': 'mine' } });

    assert.equal(anonymous.headers['x-auth-key'], undefined);
    assert.equal(withKey.headers['x-auth-key'], 'mine');
  });

  it('answers 504 when the service does not', async () => {
    assert.deepEqual(await code(await client.call(service, '/hang')), [504, 'ServiceTimedOut']);
  });

  it('answers 502 when the service ends the connection', async () => {
    assert.deepEqual(await code(await client.call(service, '/cut')), [502, 'BadGateway']);
  });

  it('answers 503 for what does not run and 404 for what is not there', async () => {
    const idle = await client.createService();
    const nowhere = { serviceId: '', environmentId: 'nope' };

    assert.deepEqual(await code(await client.call(idle, '/x')), [503, 'ServiceUnavailable']);
    assert.deepEqual(await code(await client.call(nowhere, '/x')), [
      404,
      'ServiceEnvironmentNotFound',
    ]);
  });

  it('answers loopback names only, so that no web page gets in by DNS', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' };
      open(`${runtime.url}healthcheck`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });

    assert.equal(status, 403);
  });
});
