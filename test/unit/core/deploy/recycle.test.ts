import assert from 'node:assert/strict';
import { DeployTrial, online } from './deployTrial';

describe('Deployments.recycle', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

  it('restarts and watches until the service is online', async () => {
    trial.instance.jobs = [{ status: 'RUNNING' }, { status: 'COMPLETE' }];
    trial.instance.statuses = [online('1.0.0')];

    const result = await trial.core.deployments.recycle(trial.target(), undefined, (event) =>
      trial.events.push(event),
    );

    assert.deepEqual([result.outcome, result.version, result.job], ['online', '1.0.0', 'job-1']);
    assert.equal(trial.last?.kind, 'recycle');
    assert.equal(trial.instance.asked.filter((asked) => asked === 'GET v4/jobs/job-1').length, 2);
  });

  it('fails when the service does not come back', async () => {
    trial.instance.statuses = [{ status: 'ERROR', version: '1.0.0' }];

    const { outcome, reason } = await trial.core.deployments.recycle(trial.target());

    assert.deepEqual(
      [outcome, reason],
      ['failed', 'The service did not start: the service reports ERROR.'],
    );
  });
});
