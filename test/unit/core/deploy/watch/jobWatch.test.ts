import assert from 'node:assert/strict';
import { isAppError } from '../../../../../src/core/base/errors';
import { silentLog } from '../../../../../src/core/base/log';
import {
  pauseAfter,
  watchJob,
  type JobSighting,
} from '../../../../../src/core/deploy/watch/jobWatch';
import { HttpClient } from '../../../../../src/core/kinvey/httpClient';
import { ManagementApi } from '../../../../../src/core/kinvey/managementApi';
import { ScriptedInstance } from '../../../../support/scriptedInstance';

describe('pauseAfter', () => {
  it('grows from one second to five, and then stays', () => {
    const pauses = Array.from({ length: 30 }, (_, looks) => pauseAfter(looks));

    assert.deepEqual([pauses[0], pauses[29]], [1_000, 5_000]);
    const isGrowing = pauses.every((pause, looks) => {
      const before = pauses[looks - 1] ?? 0;
      return pause > before || (pause === before && pause === 5_000);
    });
    assert.ok(isGrowing, pauses.join());
    const firstMinute = pauses.map((_, looks) => pauses.slice(0, looks).reduce((a, b) => a + b, 0));
    const looksInIt = firstMinute.filter((at) => at < 60_000).length;
    assert.ok(looksInIt > 12 && looksInIt < 30, `${looksInIt} looks in the first minute`);
  });
});

describe('watchJob', () => {
  let instance: ScriptedInstance;

  beforeEach(async () => {
    instance = new ScriptedInstance();
    await instance.start();
  });
  afterEach(() => instance.stop());

  const watch = (more: {
    jobId?: string;
    signal?: AbortSignal;
    onSighting?: (sighting: JobSighting) => void;
  }) => {
    const http = new HttpClient({
      baseUrl: instance.url,
      product: 'FlexService/test',
      log: silentLog,
      backoffMs: 1,
    });
    return watchJob({
      api: new ManagementApi(http),
      jobId: 'job-1',
      serviceId: 'service-1',
      environmentId: 'env-1',
      version: '1.0.1',
      intervalMs: 1,
      ...more,
    });
  };

  for (const error of [302, 403, 404, 407]) {
    it(`takes a page that is no Kinvey's, with ${error}, for a lost network`, async () => {
      const page = { error, body: '<html>Sign in to this network</html>' };
      instance.jobs = [{ status: 'RUNNING' }, page, page, page, page, { status: 'FAILED' }];
      instance.statuses = [{ status: 'UPDATING', version: '1.0.0' }];
      const offline: boolean[] = [];

      const { outcome } = await watch({
        onSighting: (sighting) => offline.push(sighting.offline === true),
      });

      assert.equal(outcome, 'failed');
      assert.deepEqual(offline, [false, true, true, true, true, false]);
    });
  }

  it('hands on what each look shows, the job before the status', async () => {
    instance.jobs = [{ status: 'PENDING' }, { status: 'RUNNING' }, { status: 'COMPLETE' }];
    instance.statuses = [
      { status: 'NEW' },
      { status: 'BUILDING' },
      { status: 'ONLINE', version: '1.0.1' },
    ];
    const seen: unknown[] = [];

    await watch({ onSighting: ({ job, status }) => seen.push([job?.status, status?.status]) });

    assert.deepEqual(seen, [
      ['PENDING', 'NEW'],
      ['RUNNING', 'BUILDING'],
      ['COMPLETE', 'ONLINE'],
    ]);
    assert.match(instance.asked[0] ?? '', /jobs/);
  });

  it('goes on when the instance is overloaded or fails for a while', async () => {
    const failing = (status: number) => ({ error: status, body: '' });
    // Each look asks three times before it gives up.
    instance.jobs = [500, 429, 429, 429].map(failing);
    instance.jobs.push({ status: 'COMPLETE' });
    instance.statuses = [{ status: 'ONLINE', version: '1.0.1' }];
    const offline: unknown[] = [];

    const { outcome } = await watch({ onSighting: (sighting) => offline.push(sighting.offline) });

    assert.equal(outcome, 'online');
    assert.deepEqual(offline, [true, true, undefined]);
  });

  it('asks for the status alone where the job never became known', async () => {
    instance.statuses = [{ status: 'BUILDING' }, { status: 'ONLINE', version: '1.0.1' }];

    const { outcome } = await watch({ jobId: '' });

    assert.equal(outcome, 'online');
    assert.ok(instance.asked.every((asked) => asked.endsWith('/status')));
  });

  it('gives up a version that never comes', async () => {
    instance.statuses = [{ status: 'ONLINE', version: '1.0.2' }];

    const outcome = await watch({});

    assert.equal(outcome.outcome, 'failed');
  });

  it('waits as long as a rollout is under way', async () => {
    instance.statuses = Array.from({ length: 60 }, () => ({
      status: 'UPDATING',
      version: '1.0.0',
    }));
    instance.statuses.push({ status: 'ONLINE', version: '1.0.1' });

    assert.equal((await watch({})).outcome, 'online');
  });

  it('stops at what does not pass', async () => {
    instance.jobs = [{ error: 403, body: { code: 'Forbidden', description: 'Not yours.' } }];

    await assert.rejects(watch({}), (error) => isAppError(error, 'forbidden'));
  });

  it('stops when it is cancelled', async () => {
    instance.jobs = [{ status: 'RUNNING' }];
    const abort = new AbortController();

    await assert.rejects(
      watch({ signal: abort.signal, onSighting: () => abort.abort() }),
      (error) => isAppError(error, 'cancelled'),
    );
  });
});
