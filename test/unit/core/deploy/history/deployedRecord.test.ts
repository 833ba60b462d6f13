import assert from 'node:assert/strict';
import { findDeployed } from '../../../../../src/core/deploy/history/deployedRecord';
import type { DeploymentRecord } from '../../../../../src/core/deploy/history/deploymentRecord';
import { online } from '../deployTrial';

const record = (job: string, outcome: DeploymentRecord['outcome']): DeploymentRecord => ({
  folder: '/orders',
  accountId: 'ann@example.com http://127.0.0.1:1/',
  serviceId: 'service-1',
  serviceName: 'orders',
  environmentId: 'env-1',
  environmentName: 'Development',
  kind: 'deploy',
  job,
  version: '1.0.1',
  startedAt: '2026-11-25T10:00:00.000Z',
  outcome,
});

describe('findDeployed', () => {
  const by = (email: string) => ({ ...online('1.0.1'), deployUserInfo: { email } });
  const jobOf = (history: DeploymentRecord[], email = 'bob@example.com') =>
    findDeployed(history, 'env-1', by(email))?.job;

  it('takes no deploy that never came online, of a version that a colleague then deployed', () => {
    for (const outcome of ['failed', 'unknown', 'cancelled', undefined] as const) {
      assert.equal(jobOf([record('mine', outcome)]), undefined, outcome);
    }
    assert.equal(jobOf([record('failed', 'failed'), record('first', 'online')]), 'first');
  });

  it('takes one that nobody watched to its end where the status tells that it is one of this account', () => {
    for (const outcome of ['unknown', 'cancelled', undefined] as const) {
      assert.equal(jobOf([record('mine', outcome)], 'Ann@example.com'), 'mine', outcome);
    }
    assert.equal(jobOf([record('mine', 'failed')], 'ann@example.com'), undefined);
  });

  it('takes none of another environment, and no recycle', () => {
    const elsewhere = { ...record('elsewhere', 'online'), environmentId: 'env-2' };
    const recycle = { ...record('recycle', 'online'), kind: 'recycle' as const };

    assert.equal(jobOf([elsewhere, recycle]), undefined);
  });
});
