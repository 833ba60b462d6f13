import assert from 'node:assert/strict';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ended } from '../../../../../src/core/deploy/history/deploymentRecord';
import type { ConnectedDeployments } from '../../../../support/deployments';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { answer } from '../../../../support/scriptedInstance';
import { until } from '../../../../support/until';
import { building, DeployTrial, failsWith, manifest, online } from '../deployTrial';

describe('DeploymentWatcher', () => {
  let trial: DeployTrial;
  let other: ConnectedDeployments;

  beforeEach(async () => {
    trial = await DeployTrial.start();
    other = await trial.openWindow();
  });
  afterEach(() => {
    other.services.dispose();
    trial.end();
  });

  const looks = () => trial.instance.asked.filter((asked) => asked === 'GET v4/jobs/job-1').length;

  it('asks from one window, and each learns the end, which is told once', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }];
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
    const told: unknown[] = [];
    trial.core.deployments.onDidEnd(({ outcome }) => told.push(['one', outcome]));
    other.deployments.onDidEnd(({ outcome }) => told.push(['other', outcome]));
    const first = trial.deploy();
    await until('the first look', () => looks() > 0);
    const record = other.records.last(trial.folder);
    assert.ok(record);
    const waits: string[] = [];
    const second = other.deployments.resume(record, undefined, ({ message }) => {
      waits.push(message);
      trial.instance.jobs = [{ status: 'COMPLETE' }];
      trial.instance.statuses = [online('1.0.1')];
    });

    const results = await Promise.all([first, second]);

    assert.deepEqual(
      results.map(({ outcome, version, job, toldElsewhere }) => [
        ...[outcome, version, job],
        toldElsewhere,
      ]),
      [
        ['online', '1.0.1', 'job-1', undefined],
        ['online', '1.0.1', 'job-1', true],
      ],
    );
    assert.deepEqual(told, [['one', 'online']]);
    assert.deepEqual([...new Set(waits)], ['Another window watches it…', '1.0.1 is online.']);
  });

  it('tells nothing where another window told the end while this one slept in a look', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }];
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
    const record = await trial.send();
    const told: unknown[] = [];
    trial.core.deployments.onDidEnd(({ outcome }) => told.push(outcome));
    trial.instance.beforeAnswer = (asked) => {
      if (asked.startsWith('GET v4/jobs') && looks() === 2) {
        void other.records.save(ended(record, 'online'));
        trial.instance.jobs = [{ status: 'COMPLETE' }];
        trial.instance.statuses = [online('1.0.1')];
      }
    };

    const { outcome, toldElsewhere } = await trial.core.deployments.resume(record);

    assert.deepEqual([outcome, toldElsewhere, told], ['online', true, []]);
  });

  it('goes on where what is remembered is cut off on the disk, and remembers the end', async () => {
    const directory = createScratchFolder('records');
    try {
      await trial.rememberIn(directory);
      trial.instance.jobs = [{ status: 'RUNNING' }];
      trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
      const record = await trial.send();
      trial.instance.beforeAnswer = (asked) => {
        if (asked.startsWith('GET v4/jobs') && looks() === 2) {
          for (const name of readdirSync(directory)) {
            const file = path.join(directory, name);
            truncateSync(file, Math.floor(statSync(file).size / 2));
          }
          trial.instance.jobs = [{ status: 'COMPLETE' }];
          trial.instance.statuses = [online('1.0.1')];
        }
      };

      const { outcome, toldElsewhere } = await trial.core.deployments.resume(record);

      assert.deepEqual([outcome, toldElsewhere], ['online', undefined]);
      assert.deepEqual([trial.last?.job, trial.last?.outcome], [record.job, 'online']);
      assert.ok(readdirSync(directory).some((name) => name.endsWith('.broken')));
    } finally {
      removeScratchFolder(directory);
    }
  });

  it('is taken over by another window when the first one stops', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }];
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
    const record = await trial.send();
    const closed = new AbortController();
    const first = trial.core.deployments.resume(record, closed.signal);
    await until('the first look', () => looks() > 0);
    const second = other.deployments.resume(record, undefined, ({ message }) => {
      if (message.startsWith('Another window')) {
        closed.abort();
      }
      trial.instance.statuses = [online('1.0.1')];
      trial.instance.jobs = [{ status: 'COMPLETE' }];
    });

    await assert.rejects(first, /Cancelled/);

    assert.equal((await second).outcome, 'online');
    assert.equal(trial.last?.outcome, 'online');
  });

  it('ends as failed where its environment is deleted meanwhile, and says what to do', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }];
    trial.instance.statuses = [{ status: 'NEW' }, building('1.0.1')];
    const record = await trial.send();
    trial.instance.statusRefusal = 404;

    const { outcome, reason } = await trial.core.deployments.resume(record);

    assert.equal(outcome, 'failed');
    assert.match(reason ?? '', /does not know orders · Development any more.*Bind the folder/);
    assert.deepEqual([trial.last?.outcome, trial.last?.reason], ['failed', reason]);
    assert.ok(trial.last?.endedAt);
  });

  it('ends as unknown where the account may not look any more, and says what to do', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }];
    const record = await trial.send();
    trial.instance.statusRefusal = 403;

    await assert.rejects(
      trial.core.deployments.resume(record),
      failsWith('outcomeUnknown', /may not look at orders · Development any more.*Ask an owner/),
    );

    assert.equal(trial.last?.outcome, 'unknown');
  });

  it('says then, too, that the version could not be written into the folder', async () => {
    trial.instance.receive = async (request, response) => {
      await buffer(request);
      await trial.write('package.json', manifest.replace('1.0.0', '2.0.0'));
      trial.instance.statusRefusal = 403;
      answer(response, 202, { job: 'job-1' });
    };

    await assert.rejects(
      trial.deploy(),
      failsWith('outcomeUnknown', /Ask an owner.* 1\.0\.1 is not written into the folder\./),
    );

    assert.doesNotMatch(trial.last?.reason ?? '', /not written/);
    assert.match(trial.last?.unwritten ?? '', /got the version 2\.0\.0/);
  });

  it('took no less than nothing where the clock was set back meanwhile', async () => {
    const record = await trial.send();
    trial.instance.statuses = [online('1.0.1')];
    const startedAt = new Date(Date.now() + 3_600_000).toISOString();

    const { outcome, durationMs } = await trial.core.deployments.resume({ ...record, startedAt });

    assert.deepEqual([outcome, durationMs], ['online', 0]);
  });

  it('goes on where the instance refuses once', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }];
    const record = await trial.send();
    trial.instance.statusRefusal = 404;
    trial.instance.beforeAnswer = (asked) => {
      if (asked.startsWith('GET v4/jobs') && looks() === 2) {
        trial.instance.statusRefusal = undefined;
        trial.instance.statuses = [online('1.0.1')];
        trial.instance.jobs = [{ status: 'COMPLETE' }];
      }
    };

    assert.equal((await trial.core.deployments.resume(record)).outcome, 'online');
  });

  it('does not call online what lacks handlers that its scripts register', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    trial.instance.discovery = { businessLogic: { handlers: ['price'] } };
    const expected = { dataObjects: ['orders'], functions: ['price'], auth: [] };

    const { outcome, reason } = await trial.deploy({ expected });

    assert.equal(outcome, 'incomplete');
    assert.match(reason ?? '', /^1\.0\.1 is online, but .* register: data orders\./);
    assert.deepEqual([trial.last?.outcome, trial.last?.reason], ['incomplete', reason]);
    assert.match(await trial.read('package.json'), /1\.0\.1/, 'the instance has the version');
  });

  it('says nothing of handlers that its scripts may as well not register', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    trial.instance.discovery = { businessLogic: { handlers: ['price'] } };
    const handlers = { dataObjects: ['orders'], functions: ['price'], auth: [] };
    const expected = { dataObjects: [], functions: ['price'], auth: [] };

    const { outcome } = await trial.deploy({ handlers, expected });

    assert.equal(outcome, 'online');
  });
});
