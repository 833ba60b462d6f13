import assert from 'node:assert/strict';
import { accountId } from '../../../../src/core/accounts/account';
import type { DeployEvent } from '../../../../src/core/deploy/deployment';
import { building, DeployTrial, failsWith, online, sessionOver } from './deployTrial';

describe('Deployments.deploy', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

  it('brings a version online and tells each step', async () => {
    trial.instance.jobs = [
      { status: 'RUNNING', progress: 'Installing dependencies' },
      { status: 'COMPLETE', progress: 'Done' },
    ];
    trial.instance.statuses = [
      { status: 'ONLINE', version: '1.0.0' },
      building('1.0.1'),
      building('1.0.1'),
      online('1.0.1'),
    ];

    const result = await trial.deploy();

    const { durationMs, ...rest } = result;
    assert.deepEqual(rest, {
      version: '1.0.1',
      job: 'job-1',
      outcome: 'online',
      status: online('1.0.1'),
      reason: undefined,
      unwritten: undefined,
      startupError: undefined,
    });
    assert.ok(durationMs >= 0);
    assert.deepEqual(trial.messages(), [
      'Uploading 4 KB (3 files)…',
      'Starting 1.0.1…',
      'Building: Installing dependencies',
      '1.0.1 is online.',
    ]);
    assert.equal(trial.events.filter((event) => event.phase === 'uploading').at(-1)?.fraction, 1);
    assert.ok(trial.events.slice(-4).every((event) => event.job === 'job-1'));
  });

  it('says at once that another deploy replaced it, and keeps the version that was taken', async () => {
    trial.instance.statuses = [
      { status: 'ONLINE', version: '1.0.0', requestedAt: '1' },
      { ...building('1.0.1'), requestedAt: '2' },
      { ...building('1.0.2'), requestedAt: '3' },
    ];

    const { outcome, reason } = await trial.deploy();

    assert.equal(outcome, 'replaced');
    assert.equal(reason, '1.0.1 was replaced by 1.0.2 before it was online.');
    assert.equal(trial.last?.outcome, 'replaced');
    assert.match(await trial.read('package.json'), /"version": "1\.0\.1"/);
  });

  it('keeps the version of a job that was done, also where the service never tells of it', async () => {
    trial.instance.statuses = [{ status: 'ONLINE', version: '1.0.0' }];

    const { outcome } = await trial.deploy();

    assert.equal(outcome, 'failed');
    assert.match(await trial.read('package.json'), /"version": "1\.0\.1"/);
  });

  it('remembers the job and hands on every status', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1'), online('1.0.1')];
    const atJob: unknown[] = [];
    trial.core.records.onDidChange(({ job, outcome }) => atJob.push([job, outcome]));

    await trial.deploy();

    assert.deepEqual(atJob, [
      ['job-1', undefined],
      ['job-1', 'online'],
    ]);
    const { kind, version, serviceName, endedAt } = trial.last ?? {};
    assert.deepEqual([kind, version, serviceName], ['deploy', '1.0.1', 'orders']);
    assert.ok(endedAt);
    const key = {
      accountId: trial.target().account.id,
      serviceId: 'service-1',
      environmentId: 'env-1',
    };
    assert.equal(trial.core.services.knownStatus(key)?.status?.version, '1.0.1');
  });

  it('remembers what the service handles: as it tells itself, else as its scripts do', async () => {
    const handlers = { dataObjects: ['orders'], functions: [], auth: [] };
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    await trial.deploy({ handlers });
    trial.instance.discovery = { businessLogic: { handlers: ['price'] } };
    trial.instance.statuses = [online('1.0.1'), online('1.0.2')];
    await trial.deploy({ version: '1.0.2', handlers });

    const [second, first] = trial.core.records.history(trial.folder);
    assert.deepEqual(first?.handlers, handlers);
    assert.deepEqual(second?.handlers, { dataObjects: [], functions: ['price'], auth: [] });
  });

  it('is cancelled after the job is there, and says that the instance goes on', async () => {
    const abort = new AbortController();
    trial.instance.jobs = [{ status: 'RUNNING', progress: 'Installing dependencies' }];
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
    const onEvent = (event: DeployEvent) => {
      trial.events.push(event);
      if (event.message.startsWith('Building')) {
        abort.abort();
      }
    };

    const { outcome, job } = await trial.deploy({ signal: abort.signal, onEvent });

    assert.deepEqual([outcome, job], ['cancelled', 'job-1']);
    assert.match(trial.events.at(-1)?.message ?? '', /the instance goes on deploying 1\.0\.1/);
    assert.match(await trial.read('package.json'), /1\.0\.1/);
    assert.deepEqual(
      [trial.last?.outcome, trial.last?.progress],
      ['cancelled', 'Installing dependencies'],
    );
  });

  it('outlasts an instance that is away for a while', async () => {
    trial.instance.jobs = [{ status: 'RUNNING', progress: 'Installing dependencies' }];
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
    let isAway = false;
    const onEvent = (event: DeployEvent) => {
      trial.events.push(event);
      if (event.message.startsWith('Building:') && !isAway) {
        isAway = true;
        trial.instance.stop();
      } else if (event.message.startsWith('The instance cannot be reached')) {
        trial.instance.jobs = [{ status: 'COMPLETE' }];
        trial.instance.statuses = [online('1.0.1')];
        void trial.instance.start();
      }
    };

    const { outcome } = await trial.deploy({ onEvent });

    assert.equal(outcome, 'online');
    assert.ok(trial.messages().includes('The instance cannot be reached; waiting for it…'));
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
    trial.instance.jobs = [{ status: 'FAILED', progress: 'The service did not answer its pings.' }];
    trial.instance.statuses = [
      { status: 'ONLINE', version: '1.0.0' },
      { status: 'ERROR', version: '1.0.0', deployment: { status: 'ERROR', version: '1.0.1' } },
    ];
    trial.instance.logs = [
      raw('/app/index.js:3\nfoo();\n^\n\nReferenceError: foo is not defined'),
      raw('    at Object.<anonymous> (/app/index.js:3:1)'),
      raw(''),
      raw('Node.js v24.0.0'),
    ].map((entry, index) => ({ ...entry, _id: String(index) }));

    const result = await trial.deploy();

    assert.equal(result.outcome, 'failed');
    assert.equal(result.reason, 'The service did not answer its pings.');
    assert.match(result.startupError?.message ?? '', /ReferenceError: foo is not defined/);
    assert.equal(result.status?.status, 'ERROR');
    assert.equal(trial.last?.reason, result.reason);
    assert.equal(trial.events.at(-1)?.message, result.reason);
    assert.match(await trial.read('package.json'), /1\.0\.1/);
  });

  it('fails when the job is complete and the service reports an error', async () => {
    trial.instance.statuses = [
      { status: 'NEW' },
      { status: 'ERROR', deployment: { status: 'ERROR', version: '1.0.1' } },
    ];

    const { outcome, reason } = await trial.deploy();

    assert.equal(outcome, 'failed');
    assert.match(reason ?? '', /1\.0\.1 did not start/);
  });

  it('keeps the job when the session ends in the middle, to be resumed', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }, sessionOver];
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1')];

    await assert.rejects(trial.deploy(), failsWith('sessionExpired', /sign in again/));

    const record = trial.last;
    assert.deepEqual([record?.job, record?.outcome], ['job-1', undefined]);
    assert.match(await trial.read('package.json'), /1\.0\.1/);
    assert.ok(record);

    trial.instance.jobs = [{ status: 'COMPLETE' }];
    trial.instance.statuses = [online('1.0.1')];
    const resumed = await trial.core.deployments.resume(record);

    assert.equal(resumed.outcome, 'online');
    assert.equal(trial.last?.outcome, 'online');
  });

  it('is judged by the status where the instance does not know the job', async () => {
    trial.instance.jobs = [
      { error: 404, body: { code: 'JobNotFound', description: 'Not found.' } },
    ];
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1'), online('1.0.1')];

    const { outcome } = await trial.deploy();

    assert.equal(outcome, 'online');
    assert.equal(trial.instance.asked.filter((asked) => asked === 'GET v4/jobs/job-1').length, 1);
  });

  it('throws notSignedIn before anything else', async () => {
    const account = {
      ...trial.target().account,
      id: accountId('bob@example.com', trial.instance.url),
    };

    await assert.rejects(
      trial.deploy({ target: { ...trial.target(), account } }),
      failsWith('notSignedIn', /bob@example\.com/),
    );
    await trial.assertRestored();
  });
});
