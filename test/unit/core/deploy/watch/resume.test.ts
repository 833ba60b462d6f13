import assert from 'node:assert/strict';
import { DeployTrial, failsWith, manifest, sessionOver } from '../deployTrial';

describe('Deployments.resume', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

  it('puts the version back where its job failed before the instance took it', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }, sessionOver];
    await assert.rejects(trial.deploy(), failsWith('sessionExpired', /sign in again/));
    const record = trial.last;
    assert.ok(record);
    assert.match(await trial.read('package.json'), /1\.0\.1/);
    trial.instance.jobs = [{ status: 'FAILED', progress: 'npm failed' }];

    const { outcome } = await trial.core.deployments.resume(record);

    assert.deepEqual([outcome, trial.last?.reason], ['failed', 'npm failed']);
    assert.equal(await trial.read('package.json'), manifest);
    assert.equal(trial.last?.edit, undefined);
  });

  it('throws and keeps the record when it is cancelled', async () => {
    const { account, ...where } = trial.target();
    const record = {
      ...where,
      accountId: account.id,
      kind: 'deploy' as const,
      job: 'job-1',
      version: '1.0.1',
      startedAt: new Date().toISOString(),
    };
    await trial.core.records.save(record);

    await assert.rejects(
      trial.core.deployments.resume(record, AbortSignal.abort()),
      failsWith('cancelled', /Cancelled/),
    );
    assert.deepEqual(trial.last, record);
  });
});
