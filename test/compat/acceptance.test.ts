import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type {
  App,
  LogEntry,
  Organization,
  Service,
  ServiceEnvironment,
} from '../../src/core/kinvey/apiTypes';
import { uuid } from '../support/cliStation';
import { deployForm, packFiles, RuntimeClient, tinyService } from '../support/runtimeClient';
import { owner, startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';

/** One test for each line of the contract's section 12, in its order and with its number. */
describe("the contract's acceptance checklist", () => {
  let folder: string;
  let runtime: RuntimeProcess;
  let client: RuntimeClient;

  before(async () => {
    folder = createScratchFolder('acceptance');
    runtime = await startRuntime({ dataDirectory: folder });
    client = await RuntimeClient.signIn(runtime.url);
  });

  after(async () => {
    await runtime.stop();
    removeScratchFolder(folder);
  });

  const anonymous = async (method: string, route: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(runtime.url + route, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const organizationId = async () =>
    ((await client.send('GET', 'v4/organizations')).body as [Organization])[0].id;

  it('1: plain http on loopback, keep-alive', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<Socket>();
    for (const method of ['GET', 'POST', 'GET']) {
      const outgoing = request(`${runtime.url}session`, { method, agent });
      outgoing.on('socket', (socket) => sockets.add(socket));
      await new Promise((resolve, reject) => {
        outgoing.on('response', (answer) => answer.resume().on('end', resolve));
        outgoing.on('error', reject).end();
      });
    }
    agent.destroy();

    assert.match(runtime.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal(sockets.size, 1);
  });

  it('2: sessions with distinct tokens, and the error bodies of 401 and 422', async () => {
    const one = await anonymous('POST', 'session', owner);
    const two = await anonymous('POST', 'session', owner);
    assert.deepEqual(Object.keys(one.body).sort(), ['email', 'token']);
    assert.notEqual(one.body.token, two.body.token);

    const signOut = await fetch(`${runtime.url}session`, {
      method: 'DELETE',
      headers: { authorization: `Kinvey ${String(one.body.token)}` },
    });
    assert.equal(signOut.status, 204);

    const wrong = await anonymous('POST', 'session', { ...owner, password: 'x' });
    assert.deepEqual([wrong.status, wrong.body.code], [401, 'InvalidCredentials']);
    const absent = await anonymous('POST', 'session', { email: owner.email });
    assert.deepEqual([absent.status, absent.body.code], [422, 'ValidationError']);
    const scheme = await fetch(`${runtime.url}v4/user`, {
      headers: { authorization: `Bearer ${client.token}` },
    });
    assert.deepEqual(
      [scheme.status, await scheme.json()],
      [401, { code: 'InvalidCredentials', description: 'Authorization token invalid or expired.' }],
    );
  });

  it('3: identity providers without a session', async () => {
    const { status, body } = await anonymous('GET', 'v4/identity-providers');

    assert.ok(status === 200 ? Array.isArray(body) : body.code === 'FeatureFlagRequired');
  });

  it('4: the user', async () => {
    const { status, body } = await client.send('GET', 'v4/user');

    assert.deepEqual([status, (body as { email: string }).email], [200, owner.email]);
  });

  it('5: organizations, apps and app environments', async () => {
    const [organization] = (await client.send('GET', 'v4/organizations')).body as [Organization];
    assert.match(organization.id, uuid);
    assert.equal(organization.security.requireTwoFactorAuth, false);
    assert.equal(organization.restrictions.defaultPlanLevel, 'development');

    const body = { name: 'shop', organizationId: organization.id };
    const created = await client.send('POST', 'v4/apps', body);
    const app = created.body as App;
    assert.equal(created.status, 201);
    assert.match(app.id, uuid);
    const route = `v4/apps/${app.id}/environments`;
    const [environment] = (await client.send('GET', route)).body as [Record<string, string>];
    assert.equal(environment.name, 'Development');
    assert.match(environment.id!, /^kid_/);
    assert.ok(environment.appSecret && environment.masterSecret);
  });

  it('6: services and their environments', async () => {
    const { serviceId, environmentId } = await client.createService();
    const { body } = await client.send('GET', `v4/services/${serviceId}`);
    assert.deepEqual((body as Service).access.writers, { organizations: [await organizationId()] });

    const query = `v4/services?organizationId=${await organizationId()}&expand=environments`;
    const listed = (await client.send('GET', query)).body as Service[];
    const found = listed.find(({ id }) => id === serviceId);
    assert.equal(found?.environments?.[0]?.id, environmentId);
    const nobody = await client.send(
      'GET',
      'v4/services?appId=00000000-0000-4000-8000-000000000000',
    );
    assert.deepEqual(nobody.body, []);

    const route = `v4/services/${serviceId}/environments/${environmentId}`;
    const environment = (await client.send('GET', route)).body as ServiceEnvironment;
    const put = await client.send('PUT', route, {
      ...environment,
      environmentVariables: { A: '1' },
    });
    assert.deepEqual((put.body as ServiceEnvironment).environmentVariables, { A: '1' });

    assert.equal((await client.send('DELETE', `v4/services/${serviceId}`)).status, 204);
    assert.equal((await client.send('GET', route)).status, 404);
  });

  it('7: NEW before the first deploy', async () => {
    assert.deepEqual(await client.status(await client.createService()), { status: 'NEW' });
  });

  it('8: logs with a container, 100 unless told, 2000 at most', async () => {
    const service = await client.createService();
    const chatty = tinyService('1.0.0', 'for (let i = 0; i < 2100; i++) console.log(i);');
    await client.ended(await client.deploy(service, '1.0.0', chatty));

    await until(
      'all lines',
      async () => (await client.logs(service, '?limit=2000')).length === 2000,
    );
    const entries = await client.logs(service);
    const larger = await client.logs(service, '?limit=5000');

    assert.deepEqual([entries.length, larger.length], [100, 2000]);
    const isEntry = ({ _id, containerId, timestamp }: LogEntry) =>
      _id !== '' && /^[0-9a-f]{64}$/.test(containerId) && /T.*\.\d{3}Z$/.test(timestamp);
    assert.ok(entries.every(isEntry));
  });

  it('9: jobs as a chunked multipart body and as JSON', async () => {
    const service = await client.createService();
    const long = `${'deep/'.repeat(30)}ü.txt`;
    const deploy = await client.deploy(service, '1.0.0', {
      ...tinyService('1.0.0'),
      [long]: 'a path that needs a PAX header',
    });
    assert.equal((await client.ended(deploy)).status, 'COMPLETE');

    const recycle = await client.ended(await client.recycle(service));
    assert.deepEqual([recycle.type, recycle.status], ['recycle', 'COMPLETE']);
    const stranger = await client.send('GET', `v4/jobs/${'0'.repeat(32)}`);
    assert.equal((stranger.body as { code: string }).code, 'JobNotFound');
  });

  it('10: unknown fields, no version, uploads that break off', async () => {
    const service = await client.createService({ unknown: { deep: [1] } });
    const form = deployForm(service, undefined, packFiles(tinyService('3.2.1')), { more: true });
    const { body } = await client.send('POST', 'v4/jobs', form);
    assert.equal((await client.ended((body as { job: string }).job)).status, 'COMPLETE');
    assert.equal((await client.status(service)).version, '3.2.1');

    await breakOff(service.serviceId);
    assert.equal((await fetch(`${runtime.url}healthcheck`)).status, 200);
  });

  it('11: nothing but files and folders below the root of an archive', async () => {
    const service = await client.createService();
    const archive = packFiles(tinyService('1.0.0'));
    archive.write('../../escaped', 0);
    archive.write(checksum(archive.subarray(0, 512)), 148);

    const { body } = await client.send('POST', 'v4/jobs', deployForm(service, '1.0.0', archive));

    const job = await client.ended((body as { job: string }).job);
    assert.deepEqual([job.status, job.progress.includes('refused')], ['FAILED', true]);
  });

  for (const [route, code] of [
    ['organizations/$', 'OrganizationNotFound'],
    ['apps/$', 'AppNotFound'],
    ['apps/$/environments', 'AppNotFound'],
    ['environments/kid_x', 'EnvironmentNotFound'],
    ['services/$', 'ServiceNotFound'],
    ['services/$/environments', 'ServiceNotFound'],
    ['services/$/environments/$/status', 'ServiceNotFound'],
    ['services/$/environments/$/logs', 'ServiceNotFound'],
    ['jobs/$', 'JobNotFound'],
  ] as const) {
    it(`12: ${code} for an unknown id in ${route}`, async () => {
      const path = `v4/${route.replaceAll('$', '00000000-0000-4000-8000-000000000000')}`;

      const { status, body } = await client.send('GET', path);

      assert.deepEqual([status, (body as { code: string }).code], [404, code]);
    });
  }

  it('12: ServiceEnvironmentNotFound for an unknown id below a service', async () => {
    const { serviceId } = await client.createService();

    const answer = await client.send('GET', `v4/services/${serviceId}/environments/x/status`);

    const { code } = answer.body as { code: string };
    assert.deepEqual([answer.status, code], [404, 'ServiceEnvironmentNotFound']);
  });

  it('13: never gzip', async () => {
    const headers = { authorization: `Kinvey ${client.token}`, 'accept-encoding': 'gzip, br' };

    const answer = await fetch(`${runtime.url}v4/services`, { headers });

    assert.equal(answer.headers.get('content-encoding'), null);
  });

  /** A deploy whose connection is closed in the middle of the archive. */
  async function breakOff(serviceId: string): Promise<void> {
    const { hostname, port } = new URL(runtime.url);
    const socket = connect(Number(port), hostname);
    const start = `--b\r\nContent-Disposition: form-data; name="type"\r\n\r\ndeployService\r\n--b\r\nContent-Disposition: form-data; name="params"\r\n\r\n{"serviceId":"${serviceId}"}\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="archive.tar"\r\n\r\nhalf`;
    socket.write(
      `POST /v4/jobs HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Kinvey ${client.token}\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n${start.length.toString(16)}\r\n${start}\r\n`,
    );
    await new Promise<void>((resolve) => socket.end(resolve));
    socket.destroy();
  }
});

/** Of a tar header, as it is written in the header (POSIX ustar). */
function checksum(header: Buffer): string {
  const bytes = Buffer.from(header);
  bytes.fill(' ', 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `${sum.toString(8).padStart(6, '0')}\0 `;
}
