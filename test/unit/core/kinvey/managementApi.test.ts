import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { AppError } from '../../../../src/core/base/errors';
import { silentLog } from '../../../../src/core/base/log';
import type { NewService } from '../../../../src/core/kinvey/apiTypes';
import { HttpClient } from '../../../../src/core/kinvey/httpClient';
import { ManagementApi } from '../../../../src/core/kinvey/managementApi';
import { eventually, hang, json, ScriptedServer, text } from '../../../support/scriptedServer';

describe('ManagementApi', () => {
  let server: ScriptedServer;
  let api: ManagementApi;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    const { url: baseUrl } = server;
    const product = 'FlexService/9.9.9';
    api = new ManagementApi(new HttpClient({ baseUrl, token: 'tok', product, log: silentLog }));
  });

  afterEach(() => server.close());

  const serviceFacts = { type: 'internal', access: { writers: { organizations: ['o'] } } };

  it('knows its base URL', () => {
    assert.equal(api.baseUrl, server.url);
  });

  it('signs in, and falls back to the given e-mail', async () => {
    const body = { email: 'ann@example.com', password: 'pw', twoFactorToken: '123456' };
    server.on(
      'POST session',
      json(200, { email: 'Ann@Example.com', token: 't1' }),
      json(200, { email: null, token: 't2' }),
    );

    assert.deepEqual(await api.signIn(body), { email: 'Ann@Example.com', token: 't1' });
    assert.deepEqual(await api.signIn(body), { email: 'ann@example.com', token: 't2' });
    assert.deepEqual(JSON.parse(server.requests[0]?.body ?? ''), body);
  });

  it('takes no sign-in without a token for one', async () => {
    server.on('POST session', json(200, { email: 'ann@example.com' }));

    await assert.rejects(api.signIn({ email: 'a', password: 'b' }), { code: 'serverFailed' });
  });

  it('signs out', async () => {
    server.on('DELETE session', text(204));

    await api.signOut();

    assert.equal(server.requests[0]?.headers.authorization, 'Kinvey tok');
  });

  it('takes a missing feature for no identity providers, and nothing else', async () => {
    const okta = { _id: '1', name: 'Okta', enabled: true };
    server.on(
      'GET v4/identity-providers',
      json(404, { code: 'FeatureFlagRequired', debug: 'Required flag: identity-providers' }),
      json(404, { code: 'OtherNotFound' }),
      json(200, [okta]),
    );

    assert.deepEqual(await api.listIdentityProviders(), []);
    await assert.rejects(api.listIdentityProviders(), { code: 'notFound' });
    assert.deepEqual(await api.listIdentityProviders(), [okta]);
  });

  it('lists the internal services of an organization by name', async () => {
    server.on(
      'GET v4/services',
      json(200, [
        { id: '1', name: 'pears', ...serviceFacts },
        { id: '2', name: 'Orders', ...serviceFacts },
        { id: '3', name: 'apples', ...serviceFacts, type: 'external' },
      ]),
    );

    const services = await api.listServices('o 1');

    assert.deepEqual(
      services.map(({ name }) => name),
      ['Orders', 'pears'],
    );
    assert.equal(server.requests[0]?.path, 'v4/services?organizationId=o%201');
  });

  it('puts ids into paths encoded', async () => {
    server.on('GET v4/services/a%2Fb/environments/c%20d/status', json(200, { status: 'NEW' }));

    assert.deepEqual(await api.getStatus('a/b', 'c d'), { status: 'NEW' });
  });

  it('creates and deletes services and environments', async () => {
    const service: NewService = {
      name: 'orders',
      type: 'internal',
      access: { writers: { organizations: ['o'] } },
    };
    const environment = { name: 'Development', secret: 'geheim' };
    server
      .on('POST v4/services', json(201, { id: 's', ...service }))
      .on('POST v4/services/s/environments', json(201, { id: 'e', ...environment }))
      .on('DELETE v4/services/s', text(204));

    assert.deepEqual(await api.createService(service), { id: 's', ...service });
    assert.deepEqual(await api.createServiceEnvironment('s', environment), {
      id: 'e',
      ...environment,
    });
    await api.deleteService('s');

    assert.equal(server.count('DELETE v4/services/s'), 1);
  });

  it('fetches logs without empty entries', async () => {
    const entry = {
      _id: '1',
      containerId: 'c',
      timestamp: '2026-01-02T03:04:05.006Z',
      threshold: null,
    };
    server.on('GET v4/services/s/environments/e/logs', json(200, [null, entry, {}]));

    assert.deepEqual(
      await api.fetchLogs('s', 'e', { from: '2026-01-02T03:00:00+02:00', limit: 3 }),
      [entry],
    );
    assert.equal(
      server.requests[0]?.path,
      'v4/services/s/environments/e/logs?from=2026-01-02T03%3A00%3A00%2B02%3A00&limit=3',
    );
  });

  it('recycles and reads jobs', async () => {
    server
      .on('POST v4/jobs', json(202, { job: 'j1' }))
      .on('GET v4/jobs/j1', json(200, { status: 'RUNNING' }));

    const job = await api.recycle({ serviceId: 's', serviceEnvironmentId: 'e' });

    assert.equal(
      server.requests[0]?.body,
      '{"type":"recycleService","params":{"serviceId":"s","serviceEnvironmentId":"e"}}',
    );
    assert.deepEqual(await api.getJob(job), {
      jobId: 'j1',
      type: '',
      status: 'RUNNING',
      progress: '',
      updated: '',
    });
  });

  for (const [what, step] of [
    ['a page', text(200, '<html>Log in to the hotel</html>')],
    ['broken JSON', text(200, '[{"id":')],
    ['nothing', text(204)],
    ['an object', json(200, {})],
    ['items without ids', json(200, [{ name: 'orders' }])],
    ['null items', json(200, [null])],
  ] as const) {
    it(`does not take ${what} for a list`, async () => {
      server.on('GET v4/organizations', step);

      await assert.rejects(api.listOrganizations(), {
        code: 'serverFailed',
        message: /^127\.0\.0\.1:\d+ sent something else than the organizations/,
      });
    });
  }

  describe('deploy', () => {
    const params = {
      runtime: 'flex-runtime-node10',
      version: '1.0.0',
      serviceEnvironmentId: 'e',
      serviceId: 's',
      environmentVariables: { X: '1' },
    };

    it('sends type, params in order, and the archive, byte for byte', async () => {
      server.on('POST v4/jobs', json(200, { job: 'j1' }));
      const archive = Readable.from([Buffer.from([0, 255, 13, 10]), Buffer.from('tar')]);

      assert.equal(await api.deploy(params, archive), 'j1');

      const { headers, body } = server.requests[0]!;
      const boundary = /^multipart\/form-data; boundary=(-{26}\d{24})$/.exec(
        headers['content-type'] ?? '',
      )?.[1];
      assert.equal(headers['transfer-encoding'], 'chunked');
      assert.equal(
        body,
        [
          `--${boundary}`,
          'Content-Disposition: form-data; name="type"',
          '',
          'deployService',
          `--${boundary}`,
          'Content-Disposition: form-data; name="params"',
          '',
          '{"serviceId":"s","serviceEnvironmentId":"e","version":"1.0.0","environmentVariables":{"X":"1"},"runtime":"flex-runtime-node10"}',
          `--${boundary}`,
          'Content-Disposition: form-data; name="file"; filename="archive.tar"',
          'Content-Type: application/tar',
          '',
          '\0\xff\r\ntar',
          `--${boundary}--`,
          '',
        ].join('\r\n'),
      );
    });

    it('leaves out what is not given', async () => {
      server.on('POST v4/jobs', json(200, { job: 'j1' }));

      await api.deploy({ serviceId: 's', serviceEnvironmentId: 'e' }, Readable.from(['x']));

      assert.ok(
        server.requests[0]?.body.includes('{"serviceId":"s","serviceEnvironmentId":"e"}\r\n'),
      );
    });

    it('throws what the archive failed with, also before it was asked for', async () => {
      server.on('POST v4/jobs', hang);
      const archive = new Readable({ read: () => undefined });
      const grown = new AppError('fileInvalid', 'A file grew.');

      const deploy = api.deploy(params, archive);
      archive.destroy(grown);

      await assert.rejects(deploy, grown);
    });

    it('destroys an archive that waits when it is cancelled', async () => {
      server.on('POST v4/jobs', hang);
      const archive = new Readable({ read: () => undefined });
      const controller = new AbortController();
      const deploy = api.deploy(params, archive, controller.signal);
      await eventually(() => server.requests.length === 1);

      controller.abort();

      await assert.rejects(deploy, { code: 'cancelled' });
      assert.equal(archive.destroyed, true);
    });

    it('does not take an answer without a job for one', async () => {
      server.on('POST v4/jobs', text(204));

      await assert.rejects(api.deploy(params, Readable.from(['x'])), { code: 'serverFailed' });
    });
  });
});
