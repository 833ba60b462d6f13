import assert from 'node:assert/strict';
import type { DeploymentRecord } from '../../../../../src/core/deploy/history/deploymentRecord';
import {
  findDeployment,
  readKeptDeployment,
} from '../../../../../src/core/deploy/vault/keptDeployment';
import { Vault } from '../../../../../src/core/deploy/vault/vault';
import { failsWith } from '../deployTrial';

const record = (more: Partial<DeploymentRecord>): DeploymentRecord => ({
  folder: '/orders',
  accountId: 'account-1',
  serviceId: 'service-1',
  serviceName: 'orders',
  environmentId: 'env-1',
  environmentName: 'Development',
  kind: 'deploy',
  job: 'job-1',
  startedAt: '2026-11-25T10:00:00.000Z',
  ...more,
});

describe('findDeployment', () => {
  const history = [
    record({ kind: 'recycle', job: 'job-4' }),
    record({ version: '1.0.2', job: 'job-3' }),
    record({ version: '1.0.1', job: 'job-2' }),
    record({ version: '1.0.1', job: 'job-1' }),
  ];

  it('takes the newest that fits, and never a recycle', () => {
    const jobOf = (name: object) => findDeployment(history, name)?.job;

    assert.equal(jobOf({}), 'job-3');
    assert.equal(jobOf({ version: '1.0.1' }), 'job-2');
    assert.equal(jobOf({ version: '1.0.1', job: 'job-1' }), 'job-1');
    assert.equal(jobOf({ job: 'job-4' }), undefined);
    assert.equal(jobOf({ version: '1.0.2', job: 'job-1' }), undefined);
  });
});

describe('readKeptDeployment', () => {
  const vault = new Vault('/no/such/directory', () => 1_000);
  const hash = 'a'.repeat(64);

  for (const [copy, told] of [
    ['leaks', /1\.0\.1 is not kept: something in it looked like a secret/],
    ['failed', /could not be written/],
    ['large', /it is larger than all that may be kept/],
    [undefined, /nothing was to be kept/],
    ['kept', /is not kept any more/],
  ] as const) {
    it(`tells why nothing is there where the copy is ${String(copy)}`, async () => {
      const asked = record({ version: '1.0.1', bundleHash: hash, copy });

      await assert.rejects(readKeptDeployment(vault, asked), failsWith('notFound', told));
    });
  }
});
