import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { isAppError } from '../../../../../src/core/base/errors';
import type { ConnectedDeployments } from '../../../../support/deployments';
import { endLock } from '../../../../support/folderLocks';
import { until } from '../../../../support/until';
import type { UnsavedFile } from '../../../../../src/core/deploy/deployEvents';
import { applyVersionEdit, planVersionEdit } from '../../../../../src/core/project/versionEdit';
import { building, DeployTrial, failsWith, lock, manifest, online } from '../deployTrial';

describe('DeployRecovery', () => {
  let trial: DeployTrial;
  let next: ConnectedDeployments;

  afterEach(() => {
    trial.end();
    next.services.dispose();
  });

  const endedPid = () => spawnSync(process.execPath, ['-e', '']).pid;

  /** A window that deploys, until all is sent, and a second one; nothing is answered. */
  const send = async (pid = endedPid()) => {
    trial = await DeployTrial.start(pid);
    trial.instance.receive = () => undefined;
    void trial.deploy().catch(() => undefined);
    const pending = await until('the upload', () => {
      const isSending = trial.events.some(({ fraction }) => fraction === 1);
      return isSending && trial.core.records.pending.of(trial.folder);
    });
    next = await trial.openWindow();
    return pending;
  };
  /** As `send`; the first one is gone, and its lock with it. */
  const leave = async (pid?: number) => {
    const pending = await send(pid);
    await endLock(trial.folder);
    return pending;
  };
  const recover = () => next.recovery.recover(trial.folder);
  const statusQuestions = () =>
    trial.instance.asked.filter((asked) => asked.endsWith('/status')).length;

  it('does nothing where nothing was left', async () => {
    trial = await DeployTrial.start();
    next = await trial.openWindow();

    assert.deepEqual(await recover(), {});
    assert.deepEqual(trial.instance.asked, []);
  });

  it('says what it knows where the instance does not tell of it; the files are as they were', async () => {
    await leave();
    const before = statusQuestions();

    const { taken, lost } = await recover();

    assert.equal(taken, undefined);
    assert.ok(isAppError(lost, 'outcomeUnknown'));
    assert.match(
      lost.message,
      /while it sent orders 1\.0\.1, and the .* does not tell.*may be deployed all the/,
    );
    assert.equal(lost.details.service, 'service-1');
    await trial.assertRestored('unknown');
    assert.equal(next.records.last(trial.folder)?.reason, lost.message);
    assert.ok(statusQuestions() - before > 1);
  });

  it("takes nobody else's deploy of the same version for the one that was left", async () => {
    await leave();
    trial.instance.statuses = [
      { ...online('1.0.1'), deployUserInfo: { email: 'bob@example.com' } },
    ];

    const { taken, lost } = await recover();

    assert.equal(taken, undefined);
    assert.ok(isAppError(lost, 'outcomeUnknown'));
  });

  it('finds what still waited its turn at the instance, and writes its version', async () => {
    await leave();
    await trial.assertUntouched();
    trial.instance.statuses = [{ status: 'NEW' }, { status: 'NEW' }, building('1.0.1')];

    const { taken } = await recover();

    assert.equal(taken?.version, '1.0.1');
    assert.equal(next.records.pending.of(trial.folder), undefined);
    assert.match(await trial.read('package.json'), /1\.0\.1/);
    trial.instance.statuses = [online('1.0.1')];
    const { outcome } = await next.deployments.resume(taken);
    assert.equal(outcome, 'online');
  });

  it('leaves the file of an editor that somebody types in to it', async () => {
    await leave();
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const set: unknown[] = [];
    const edit: UnsavedFile['edit'] = (edits) => {
      set.push(...edits);
      return Promise.resolve();
    };
    const file = path.join(trial.folder, 'package.json');
    const unsaved = (name: string) => (name === file ? { text: manifest, edit } : undefined);

    const { taken } = await next.recovery.recover(trial.folder, { unsaved });

    assert.deepEqual([taken?.version, taken?.unwritten], ['1.0.1', undefined]);
    assert.equal(set.length, 1);
    assert.equal(await trial.read('package.json'), manifest);
    assert.equal(await trial.read('package-lock.json'), lock.replaceAll('1.0.0', '1.0.1'));
  });

  it('says so where package.json got another version since, and leaves it alone', async () => {
    await leave();
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const mine = manifest.replace('1.0.0', '2.0.0');
    await trial.write('package.json', mine);

    const { taken } = await recover();

    assert.match(taken?.unwritten ?? '', /1\.0\.1 is not written.*got the version 2\.0\.0/);
    assert.equal(next.records.last(trial.folder)?.unwritten, taken?.unwritten);
    assert.equal(await trial.read('package.json'), mine);
  });

  /** As an older version of the extension left it: it wrote before it sent. */
  const leaveWritten = async () => {
    const { from, ...record } = (await leave()).record;
    assert.equal(from, '1.0.0');
    const edit = await planVersionEdit(trial.folder, '1.0.1');
    await applyVersionEdit(edit);
    await trial.core.records.pending.amend({ ...record, edit });
  };

  it('takes back what an older version of the extension wrote before it sent', async () => {
    await leaveWritten();

    const { lost } = await recover();

    assert.match(lost?.message ?? '', /does not tell of that deploy\. The version is set back/);
    await trial.assertRestored('unknown');
    assert.equal(next.records.last(trial.folder)?.edit, undefined);
  });

  it('leaves what that wrote where the instance took it', async () => {
    await leaveWritten();
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];

    assert.equal((await recover()).taken?.unwritten, undefined);

    assert.equal(await trial.read('package.json'), manifest.replace('1.0.0', '1.0.1'));
  });

  it('says that what that wrote was changed since, and leaves it alone', async () => {
    await leaveWritten();
    const mine = manifest.replace('1.0.0', '1.0.1').replace('orders', 'mine');
    await trial.write('package.json', mine);

    const { lost } = await recover();

    assert.match(lost?.message ?? '', /package\.json changed meanwhile: look at the version\./);
    assert.doesNotMatch(lost?.message ?? '', /is set back/);
    assert.equal(await trial.read('package.json'), mine);
  });

  for (const written of [0, 1, 2]) {
    it(`goes on with what was ended after ${written} of its files were written, and can take back all`, async () => {
      const { record } = await leave();
      const edit = await planVersionEdit(trial.folder, '1.0.1');
      await applyVersionEdit({ changes: edit.changes.slice(0, written) });
      await trial.core.records.pending.amend({ ...record, job: 'job-1', edit });

      const { taken } = await recover();

      assert.equal(await trial.read('package.json'), manifest.replace('1.0.0', '1.0.1'));
      assert.equal(await trial.read('package-lock.json'), lock.replaceAll('1.0.0', '1.0.1'));
      assert.ok(taken);
      trial.instance.jobs = [{ status: 'FAILED', progress: 'npm failed' }];
      const { outcome, reason } = await next.deployments.resume(taken);
      assert.deepEqual([outcome, reason], ['failed', 'npm failed']);
      await trial.assertUntouched();
    });
  }

  it('changes nothing while the instance cannot be asked', async () => {
    const pending = await leave();
    trial.instance.statusRefusal = 403;

    await assert.rejects(recover(), { code: 'forbidden' });

    await trial.assertUntouched();
    assert.deepEqual(next.records.pending.of(trial.folder), pending);
  });

  it('leaves alone what another window that runs is sending', async () => {
    const pending = await leave(process.ppid);

    await assert.rejects(recover(), failsWith('rejected', /Another window is deploying/));

    assert.deepEqual(next.records.pending.of(trial.folder), pending);
    await trial.assertUntouched();
  });

  it('leaves alone what is still being sent, however long that takes', async () => {
    const pending = await send();

    await assert.rejects(recover(), failsWith('folderTaken', /is deploying/));

    assert.deepEqual(next.records.pending.of(trial.folder), pending);
    await trial.assertUntouched();
  });

  it('does not take another process of the same id for the sender', async () => {
    const { record, before } = await leave(process.ppid);
    await trial.core.records.pending.abandon(record);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    await trial.core.records.pending.begin({ ...record, startedAt: yesterday }, before);

    await recover();

    await trial.assertRestored('unknown');
  });
});
