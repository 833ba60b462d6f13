import assert from 'node:assert/strict';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { accountId } from '../../../../src/core/accounts/account';
import { AccountStore } from '../../../../src/core/accounts/accountStore';
import { ApiProvider } from '../../../../src/core/accounts/apiProvider';
import { Emitter } from '../../../../src/core/base/event';
import { isAppError, type ErrorCode } from '../../../../src/core/base/errors';
import type { Log } from '../../../../src/core/base/log';
import {
  Deployments,
  type DeployEvent,
  type DeployRequest,
} from '../../../../src/core/deploy/deployment';
import { DeploymentStore } from '../../../../src/core/deploy/deploymentStore';
import { HttpClient } from '../../../../src/core/kinvey/httpClient';
import { ManagementApi } from '../../../../src/core/kinvey/managementApi';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import { ServiceStore } from '../../../../src/core/services/serviceStore';
import { answer, parseUpload, ScriptedInstance } from './scriptedInstance';

const manifest = '{\r\n\t"name": "orders",\r\n\t"version": "1.0.0"\r\n}';
const lock = '{"version":"1.0.0","lockfileVersion":3,"packages":{"":{"version":"1.0.0"}}}\n';
const building = (version: string) => ({
  status: 'UPDATING',
  version: '1.0.0',
  deployment: { status: 'RUNNING', version },
});
const online = (version: string) => ({
  status: 'ONLINE',
  version,
  deployment: { status: 'COMPLETED', version },
});

describe('Deployments', () => {
  let folder = '';
  let instance: ScriptedInstance;
  let deployments: Deployments;
  let records: DeploymentStore;
  let services: ServiceStore;
  let events: DeployEvent[] = [];
  let logged = '';

  const read = (name: string) => readFile(path.join(folder, name), 'utf8');
  const log: Log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (...parts: unknown[]) => (logged += JSON.stringify(parts)),
    ]),
  ) as unknown as Log;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'flex-deploy-'));
    await writeFile(path.join(folder, 'package.json'), manifest);
    await writeFile(path.join(folder, 'package-lock.json'), lock);
    await writeFile(path.join(folder, 'index.js'), '// orders');
    instance = new ScriptedInstance();
    await instance.start();
    ({ deployments, records, services } = await connect(instance, log));
    events = [];
    logged = '';
  });
  afterEach(async () => {
    instance.stop();
    services.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const target = () => ({
    folder,
    account: {
      id: accountId('ann@example.com', instance.url),
      email: 'ann@example.com',
      instance: instance.url,
    },
    serviceId: 'service-1',
    serviceName: 'orders',
    environmentId: 'env-1',
    environmentName: 'Development',
  });
  const deploy = async (more: Partial<DeployRequest> = {}) =>
    deployments.deploy({
      target: target(),
      bundle: await planBundle(folder),
      version: '1.0.1',
      currentVersion: '1.0.0',
      onEvent: (event) => events.push(event),
      ...more,
    });
  const messages = () => [...new Set(events.map((event) => event.message))];
  const assertRestored = async () => {
    assert.equal(await read('package.json'), manifest);
    assert.equal(await read('package-lock.json'), lock);
    assert.equal(records.last(folder), undefined);
  };
  const failsWith = (code: ErrorCode, text: RegExp) => (error: unknown) => {
    assert.ok(isAppError(error, code), String(error));
    assert.match(error.message, text);
    return true;
  };

  describe('deploy', () => {
    it('brings a version online and tells each step', async () => {
      instance.jobs = [
        { status: 'RUNNING', progress: 'Installing dependencies' },
        { status: 'COMPLETE', progress: 'Done' },
      ];
      instance.statuses = [
        { status: 'ONLINE', version: '1.0.0' },
        building('1.0.1'),
        building('1.0.1'),
        online('1.0.1'),
      ];

      const result = await deploy();

      const { durationMs, ...rest } = result;
      assert.deepEqual(rest, {
        version: '1.0.1',
        job: 'job-1',
        outcome: 'online',
        status: online('1.0.1'),
        reason: undefined,
        startupError: undefined,
      });
      assert.ok(durationMs >= 0);
      assert.deepEqual(messages(), [
        'Setting the version to 1.0.1…',
        'Uploading 4 KB (3 files)…',
        'Starting 1.0.1 …',
        'Building: Installing dependencies',
        '1.0.1 is online.',
      ]);
      assert.equal(events.filter((event) => event.phase === 'uploading').at(-1)?.fraction, 1);
      assert.ok(events.slice(-4).every((event) => event.job === 'job-1'));
    });

    it('sends the bundle with the new version in it, exactly as planned', async () => {
      instance.statuses = [{ status: 'NEW' }, online('1.0.10')];

      await deploy({ version: '1.0.10', runtime: 'flex-runtime-node12' });

      const [upload] = instance.uploads;
      assert.ok(upload);
      assert.equal(upload.type, 'deployService');
      assert.deepEqual(upload.params, {
        serviceId: 'service-1',
        serviceEnvironmentId: 'env-1',
        version: '1.0.10',
        runtime: 'flex-runtime-node12',
      });
      assert.equal(upload.tar.length, (await planBundle(folder)).tarBytes);
      assert.ok(upload.tar.includes(manifest.replace('1.0.0', '1.0.10')));
      assert.ok(upload.tar.includes(lock.replaceAll('1.0.0', '1.0.10')));
    });

    it('leaves the files alone when the version is kept', async () => {
      instance.statuses = [{ status: 'NEW' }, online('1.0.0')];

      const { outcome } = await deploy({ version: '1.0.0' });

      assert.equal(outcome, 'online');
      assert.equal(await read('package.json'), manifest);
      assert.ok(!messages().some((message) => message.includes('version')));
    });

    it('merges the variables it is given over those of the environment, and tells nobody', async () => {
      instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
      instance.variables = { KEPT: 'old-secret', CHANGED: 'old-secret' };

      await deploy({ variables: { CHANGED: 'new-secret', ADDED: 'new-secret' } });

      assert.deepEqual(instance.uploads[0]?.params.environmentVariables, {
        KEPT: 'old-secret',
        CHANGED: 'new-secret',
        ADDED: 'new-secret',
      });
      assert.doesNotMatch(logged + JSON.stringify([events, records.last(folder)]), /secret/);
    });

    it('does not touch the variables when it is given none', async () => {
      instance.statuses = [{ status: 'NEW' }, online('1.0.1')];

      await deploy();

      assert.equal('environmentVariables' in (instance.uploads[0]?.params ?? {}), false);
      assert.ok(!instance.asked.some((asked) => asked.endsWith('/environments')));
    });

    it('remembers the job and hands on every status', async () => {
      instance.statuses = [{ status: 'NEW' }, building('1.0.1'), online('1.0.1')];
      const atJob: unknown[] = [];
      records.onDidChange(({ job, outcome }) => atJob.push([job, outcome]));

      await deploy();

      assert.deepEqual(atJob, [
        ['job-1', undefined],
        ['job-1', 'online'],
      ]);
      const { kind, version, serviceName, endedAt } = records.last(folder) ?? {};
      assert.deepEqual([kind, version, serviceName], ['deploy', '1.0.1', 'orders']);
      assert.ok(endedAt);
      const key = {
        accountId: target().account.id,
        serviceId: 'service-1',
        environmentId: 'env-1',
      };
      assert.equal(services.knownStatus(key)?.status?.version, '1.0.1');
    });

    it('restores the files when the instance refuses', async () => {
      instance.receive = async (request, response) => {
        await buffer(request);
        answer(response, 422, {
          code: 'ValidationError',
          description: 'Validation failed.',
          errors: [{ field: 'version', message: 'is too low' }],
        });
      };

      await assert.rejects(deploy(), failsWith('rejected', /is too low/));
      await assertRestored();
      assert.equal(instance.asked.filter((asked) => asked === 'POST v4/jobs').length, 1);
    });

    it('changes nothing when the instance cannot be asked before', async () => {
      instance.beforeAnswer = () => {
        throw new Error('cut');
      };

      await assert.rejects(deploy(), failsWith('unreachable', /cannot be reached/));
      await assertRestored();
      assert.deepEqual(events, []);
    });

    it('restores the files when the connection is cut in the middle of the upload', async () => {
      await writeFile(path.join(folder, 'big'), randomBytes(8_000_000));
      instance.receive = async (request) => {
        await once(request, 'data');
        request.socket.destroy();
      };

      await assert.rejects(deploy(), failsWith('unreachable', /cut/));
      await assertRestored();
    });

    it('restores the files when a file changes under the upload', async () => {
      await writeFile(path.join(folder, 'big'), randomBytes(8_000_000));
      instance.receive = async (request) => {
        await once(request, 'data');
        await writeFile(path.join(folder, 'big'), '');
        request.resume();
      };

      await assert.rejects(deploy(), failsWith('fileInvalid', /^big changed/));
      await assertRestored();
    });

    it('refuses a bundle that outgrows the limit with its new version', async () => {
      const planned = await planBundle(folder);
      await writeFile(path.join(folder, 'big'), Buffer.alloc(10_485_760));

      await assert.rejects(deploy({ bundle: planned }), failsWith('bundleTooLarge', /limit/));
      await assertRestored();
      assert.deepEqual(instance.uploads, []);
    });

    it('restores the files when it is cancelled during the upload', async () => {
      await writeFile(path.join(folder, 'big'), randomBytes(8_000_000));
      const abort = new AbortController();
      instance.receive = async (request) => {
        await once(request, 'data');
        abort.abort();
      };

      await assert.rejects(deploy({ signal: abort.signal }), failsWith('cancelled', /Cancelled/));
      await assertRestored();
    });

    it('restores the files when it is cancelled before the instance took the upload', async () => {
      const abort = new AbortController();
      instance.receive = async (request) => {
        await buffer(request);
        abort.abort();
      };

      await assert.rejects(deploy({ signal: abort.signal }), failsWith('cancelled', /Cancelled/));
      await assertRestored();
    });

    it('knows when the instance goes on although it was cancelled before the answer', async () => {
      const abort = new AbortController();
      instance.receive = async (request) => {
        await buffer(request);
        instance.statuses = [building('1.0.1')];
        abort.abort();
      };

      const { outcome, reason } = await deploy({ signal: abort.signal });

      assert.equal(outcome, 'cancelled');
      assert.match(reason ?? '', /goes on deploying 1\.0\.1/);
      assert.match(await read('package.json'), /1\.0\.1/);
      assert.equal(records.last(folder)?.outcome, 'cancelled');
    });

    it('is cancelled after the job is there, and says that the instance goes on', async () => {
      const abort = new AbortController();
      instance.jobs = [{ status: 'RUNNING', progress: 'Installing dependencies' }];
      instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
      const onEvent = (event: DeployEvent) => {
        events.push(event);
        if (event.message.startsWith('Building')) {
          abort.abort();
        }
      };

      const { outcome, job } = await deploy({ signal: abort.signal, onEvent });

      assert.deepEqual([outcome, job], ['cancelled', 'job-1']);
      assert.match(events.at(-1)?.message ?? '', /the instance goes on deploying 1\.0\.1/);
      assert.match(await read('package.json'), /1\.0\.1/);
      assert.deepEqual(
        [records.last(folder)?.outcome, records.last(folder)?.progress],
        ['cancelled', 'Installing dependencies'],
      );
    });

    for (const [how, lose] of [
      ['cut', (cut: () => void) => cut()],
      ['a broken answer', undefined],
    ] as const) {
      it(`follows a job whose answer was lost (${how}) by the status, and uploads once`, async () => {
        instance.receive = async (request, response) => {
          const body = await buffer(request);
          instance.uploads.push(parseUpload(body, request.headers['content-type'] ?? ''));
          instance.statuses = [building('1.0.1'), building('1.0.1'), online('1.0.1')];
          if (lose) {
            lose(() => request.socket.destroy());
          } else {
            answer(response, 200, {});
          }
        };

        const { outcome, job, version } = await deploy();

        assert.deepEqual([outcome, job, version], ['online', '', '1.0.1']);
        assert.equal(instance.uploads.length, 1);
        assert.match(await read('package.json'), /1\.0\.1/);
        assert.equal(records.last(folder)?.outcome, 'online');
        assert.ok(!instance.asked.some((asked) => asked.startsWith('GET v4/jobs')));
      });
    }

    it('tells an old deploy of the same version from its own when the answer was lost', async () => {
      const before = { ...online('one'), requestedAt: '2026-01-01T00:00:00.000Z' };
      instance.statuses = [before];
      instance.receive = async (request) => {
        await buffer(request);
        request.socket.destroy();
      };

      await assert.rejects(deploy({ version: 'one' }), failsWith('unreachable', /cut/));
      await assertRestored();
    });

    it('says that it does not know when the instance is gone after the upload', async () => {
      instance.receive = async (request) => {
        await buffer(request);
        instance.stop();
      };

      await assert.rejects(deploy(), failsWith('unreachable', /look at the status of orders/));
      await assertRestored();
    });

    it('outlasts an instance that is away for a while', async () => {
      instance.jobs = [{ status: 'RUNNING', progress: 'Installing dependencies' }];
      instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
      let isAway = false;
      const onEvent = (event: DeployEvent) => {
        events.push(event);
        if (event.message.startsWith('Building:') && !isAway) {
          isAway = true;
          instance.stop();
        } else if (event.message.startsWith('The instance cannot be reached')) {
          instance.jobs = [{ status: 'COMPLETE' }];
          instance.statuses = [online('1.0.1')];
          void instance.start();
        }
      };

      const { outcome } = await deploy({ onEvent });

      assert.equal(outcome, 'online');
      assert.ok(messages().includes('The instance cannot be reached; waiting for it…'));
    });

    it('ends with the first startup error when the job fails', async () => {
      const at = '2026-01-02T10:11:12.123Z';
      const raw = (message: string) => ({
        _id: message,
        containerId: 'c'.repeat(64),
        timestamp: at,
        threshold: null,
        message,
      });
      instance.jobs = [{ status: 'FAILED', progress: 'The service did not answer its pings.' }];
      instance.statuses = [
        { status: 'ONLINE', version: '1.0.0' },
        { status: 'ERROR', version: '1.0.0', deployment: { status: 'ERROR', version: '1.0.1' } },
      ];
      instance.logs = [
        raw('/app/index.js:3\nfoo();\n^\n\nReferenceError: foo is not defined'),
        raw('    at Object.<anonymous> (/app/index.js:3:1)'),
        raw(''),
        raw('Node.js v24.0.0'),
      ].map((entry, index) => ({ ...entry, _id: String(index) }));

      const result = await deploy();

      assert.equal(result.outcome, 'failed');
      assert.equal(result.reason, 'The service did not answer its pings.');
      assert.match(result.startupError?.message ?? '', /ReferenceError: foo is not defined/);
      assert.equal(result.status?.status, 'ERROR');
      assert.equal(records.last(folder)?.reason, result.reason);
      assert.equal(events.at(-1)?.message, result.reason);
      assert.match(await read('package.json'), /1\.0\.1/);
    });

    it('fails when the job is complete and the service reports an error', async () => {
      instance.statuses = [
        { status: 'NEW' },
        { status: 'ERROR', deployment: { status: 'ERROR', version: '1.0.1' } },
      ];

      const { outcome, reason } = await deploy();

      assert.equal(outcome, 'failed');
      assert.match(reason ?? '', /1\.0\.1 did not start/);
    });

    it('keeps the job when the session ends in the middle, to be resumed', async () => {
      const over = {
        error: 401,
        body: {
          code: 'InvalidCredentials',
          description: 'Authorization token invalid or expired.',
        },
      };
      instance.jobs = [{ status: 'RUNNING' }, over];
      instance.statuses = [{ status: 'NEW' }, building('1.0.1')];

      await assert.rejects(deploy(), failsWith('sessionExpired', /sign in again/));

      const record = records.last(folder);
      assert.deepEqual([record?.job, record?.outcome], ['job-1', undefined]);
      assert.match(await read('package.json'), /1\.0\.1/);
      assert.ok(record);

      instance.jobs = [{ status: 'COMPLETE' }];
      instance.statuses = [online('1.0.1')];
      const resumed = await deployments.resume(record);

      assert.equal(resumed.outcome, 'online');
      assert.equal(records.last(folder)?.outcome, 'online');
    });

    it('is judged by the status where the instance does not know the job', async () => {
      instance.jobs = [{ error: 404, body: { code: 'JobNotFound', description: 'Not found.' } }];
      instance.statuses = [{ status: 'NEW' }, building('1.0.1'), online('1.0.1')];

      const { outcome } = await deploy();

      assert.equal(outcome, 'online');
      assert.equal(instance.asked.filter((asked) => asked === 'GET v4/jobs/job-1').length, 1);
    });

    it('throws notSignedIn before anything else', async () => {
      const account = { ...target().account, id: accountId('bob@example.com', instance.url) };

      await assert.rejects(
        deploy({ target: { ...target(), account } }),
        failsWith('notSignedIn', /bob@example\.com/),
      );
      await assertRestored();
    });
  });

  describe('recycle', () => {
    it('restarts and watches until the service is online', async () => {
      instance.jobs = [{ status: 'RUNNING' }, { status: 'COMPLETE' }];
      instance.statuses = [online('1.0.0')];

      const result = await deployments.recycle(target(), undefined, (event) => events.push(event));

      assert.deepEqual([result.outcome, result.version, result.job], ['online', '1.0.0', 'job-1']);
      assert.equal(records.last(folder)?.kind, 'recycle');
      assert.equal(instance.asked.filter((asked) => asked === 'GET v4/jobs/job-1').length, 2);
    });

    it('fails when the service does not come back', async () => {
      instance.statuses = [{ status: 'ERROR', version: '1.0.0' }];

      const { outcome, reason } = await deployments.recycle(target());

      assert.deepEqual(
        [outcome, reason],
        ['failed', 'The service did not start: the service reports ERROR.'],
      );
    });
  });

  describe('resume', () => {
    it('throws and keeps the record when it is cancelled', async () => {
      const { account, ...where } = target();
      const record = {
        ...where,
        accountId: account.id,
        kind: 'deploy' as const,
        job: 'job-1',
        version: '1.0.1',
        startedAt: new Date().toISOString(),
      };
      await records.save(record);

      await assert.rejects(
        deployments.resume(record, AbortSignal.abort()),
        failsWith('cancelled', /Cancelled/),
      );
      assert.deepEqual(records.last(folder), record);
    });
  });
});

async function connect(instance: ScriptedInstance, log: Log) {
  const accounts = new AccountStore(createSecrets(), log);
  const { url } = instance;
  const id = accountId('ann@example.com', url);
  await accounts.save({ id, email: 'ann@example.com', instance: url }, 'token-1');
  const apis = new ApiProvider(accounts, (baseUrl, token) => {
    const product = 'FlexService/test';
    return new ManagementApi(new HttpClient({ baseUrl, token, product, log, backoffMs: 1 }));
  });
  const memory = new Map<string, unknown>();
  const records = new DeploymentStore({
    get: (key) => memory.get(key),
    set: (key, value) => Promise.resolve(void memory.set(key, value)),
  });
  const services = new ServiceStore(apis);
  const deployments = new Deployments(apis, records, services, log, { intervalMs: 5 });
  return { records, services, deployments };
}

function createSecrets() {
  const secrets = new Map<string, string>();
  const changed = new Emitter<string>();
  return {
    get: (key: string) => Promise.resolve(secrets.get(key)),
    set: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
    delete: (key: string) => Promise.resolve(void secrets.delete(key)),
    keys: () => Promise.resolve([...secrets.keys()]),
    onDidChange: changed.event,
  };
}
