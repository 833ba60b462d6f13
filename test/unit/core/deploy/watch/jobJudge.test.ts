import assert from 'node:assert/strict';
import { judgeJob, type JobFacts } from '../../../../../src/core/deploy/watch/jobJudge';
import type { Job, ServiceStatus } from '../../../../../src/core/kinvey/apiTypes';

const job = (status: string, progress = ''): Job => ({
  jobId: 'job-1',
  type: 'deploy',
  status,
  progress,
  updated: '',
});
const over = job('COMPLETE');
const running = job('RUNNING');
const online = (version: string): ServiceStatus => ({ status: 'ONLINE', version });
const rollout = (version: string, requestedAt: string): ServiceStatus => ({
  status: 'UPDATING',
  version: '1.0.0',
  requestedAt,
  deployment: { status: 'RUNNING', version },
});
const failedRollout: ServiceStatus = {
  status: 'ONLINE',
  version: '1.0.0',
  deployment: { status: 'ERROR', version: '1.0.1' },
};

const failedUpdate: ServiceStatus = {
  status: 'ONLINE',
  version: '1.0.0',
  deployment: { status: 'ERROR', version: '1.0.0' },
};

const verdict = (facts: Partial<JobFacts>) => {
  const outcome = judgeJob({ version: '1.0.1', hasMoved: true, quietLooks: 0, ...facts });
  return outcome?.outcome ?? 'look again';
};

describe('judgeJob', () => {
  const cases: [string, Partial<JobFacts>, string][] = [
    ['the job is over and its version online', { job: over, status: online('1.0.1') }, 'online'],
    [
      'the job goes on though its version is online',
      { job: running, status: online('1.0.1') },
      'look again',
    ],
    [
      'the job is over and the old version still online',
      { job: over, status: online('1.0.0') },
      'look again',
    ],
    ['the job has failed', { job: job('FAILED') }, 'failed'],
    [
      'the job has failed with the status of an older one',
      { job: job('FAILED'), status: online('1.0.0') },
      'failed',
    ],
    ['the job is unknown and its version online', { status: online('1.0.1') }, 'online'],
    ['the job is over and the rollout failed', { job: over, status: failedRollout }, 'failed'],
    ['the rollout failed before the job told', { job: running, status: failedRollout }, 'failed'],
    [
      'the same version had failed before this job',
      { job: running, status: failedRollout, hasMoved: false },
      'look again',
    ],
    [
      'another version is in error',
      { job: over, status: { status: 'ERROR', version: '1.0.0' } },
      'look again',
    ],
    [
      'the service is in error with this version',
      { job: over, status: { status: 'ERROR', version: '1.0.1' } },
      'failed',
    ],
    [
      'the state of the job is a new word',
      { job: job('QUEUED'), status: online('1.0.0') },
      'look again',
    ],
    [
      'another version stays online for long',
      { job: over, status: online('1.0.2'), quietLooks: 20 },
      'failed',
    ],
    [
      'another deploy came after its own',
      { job: over, status: rollout('1.0.2', 'later'), latestAt: 'before' },
      'replaced',
    ],
    [
      'another deploy came while its job goes on',
      { job: running, status: rollout('1.0.2', 'later'), latestAt: 'before' },
      'look again',
    ],
    [
      'an older rollout is named again',
      { job: over, status: rollout('1.0.0', 'before'), latestAt: 'before' },
      'look again',
    ],
    [
      'its own rollout was not seen yet',
      { job: over, status: rollout('1.0.0', 'earlier') },
      'look again',
    ],
    [
      'a recycle is over and the service online',
      { version: undefined, job: over, status: online('1.0.0') },
      'online',
    ],
    [
      'a recycle goes on',
      { version: undefined, job: running, status: online('1.0.0') },
      'look again',
    ],
    [
      'a recycle is over and an old rollout had failed',
      { version: undefined, job: over, status: failedRollout },
      'online',
    ],
    [
      'a recycle ends in an error',
      { version: undefined, job: over, status: { status: 'ERROR' } },
      'failed',
    ],
    [
      'an update failed and what served before goes on',
      { isUpdate: true, version: '1.0.0', status: failedUpdate },
      'failed',
    ],
    [
      'its version is online, whose last update failed',
      { version: '1.0.0', job: over, status: failedUpdate },
      'online',
    ],
  ];
  for (const [situation, facts, expected] of cases) {
    it(`says ${expected} when ${situation}`, () => {
      assert.equal(verdict(facts), expected);
    });
  }

  it('gives the reason that the job gives', () => {
    const outcome = judgeJob({
      job: job('FAILED', 'Version 1.0.1 was already deployed.'),
      hasMoved: false,
      quietLooks: 0,
    });

    assert.deepEqual(outcome, {
      outcome: 'failed',
      status: undefined,
      reason: 'Version 1.0.1 was already deployed.',
      isJobFailed: true,
    });
  });

  it('tells what serves instead', () => {
    const outcome = judgeJob({
      job: over,
      status: online('1.0.2'),
      version: '1.0.1',
      hasMoved: true,
      quietLooks: 20,
    });

    assert.match(
      outcome && 'reason' in outcome ? outcome.reason : '',
      /reports ONLINE 1\.0\.2 and not 1\.0\.1/,
    );
  });
});
