import assert from 'node:assert/strict';
import { request as open } from 'node:http';
import type { TestService } from '../support/runtimeClient';
import { useRuntime, type Echo } from '../support/runtimeStation';

describe('the ingress', () => {
  const station = useRuntime({
    env: { FLEX_RUNTIME_REQUEST_SECONDS: '1', FLEX_RUNTIME_REQUEST_BYTES: '6000000' },
  });
  let service: TestService;

  before(async () => {
    service = await station().deployed();
  });

  const call = async (route: string, init?: RequestInit): Promise<Echo> =>
    (await (await station().client.call(service, route, init)).json()) as Echo;
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
      const url = `${station().runtime.url}flex/${service.environmentId}/`;
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
    const { headers } = await call('/', {
      headers: { authorization: `Kinvey ${station().client.token}` },
    });

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
    assert.deepEqual(await code(await station().client.call(service, '/hang')), [
      504,
      'ServiceTimedOut',
    ]);
  });

  it('answers 502 when the service ends the connection', async () => {
    assert.deepEqual(await code(await station().client.call(service, '/cut')), [502, 'BadGateway']);
  });

  it('answers 503 for what does not run and 404 for what is not there', async () => {
    const idle = await station().client.createService();
    const nowhere = { serviceId: '', environmentId: 'nope' };

    assert.deepEqual(await code(await station().client.call(idle, '/x')), [
      503,
      'ServiceUnavailable',
    ]);
    assert.deepEqual(await code(await station().client.call(nowhere, '/x')), [
      404,
      'ServiceEnvironmentNotFound',
    ]);
  });

  it('answers loopback names only, so that no web page gets in by DNS', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' };
      open(`${station().runtime.url}healthcheck`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });

    assert.equal(status, 403);
  });
});
