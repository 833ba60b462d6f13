import assert from 'node:assert/strict';
import {
  DeploymentStore,
  type DeploymentRecord,
} from '../../../../src/core/deploy/deploymentStore';

const record: DeploymentRecord = {
  folder: '/orders',
  accountId: 'ann@example.com http://127.0.0.1:1/',
  serviceId: 's',
  serviceName: 'orders',
  environmentId: 'e',
  environmentName: 'Development',
  kind: 'deploy',
  job: 'job-1',
  startedAt: '2026-01-02T10:11:12.123Z',
};

describe('DeploymentStore', () => {
  const memory = new Map<string, unknown>();
  // As a store that outlives a reload: what comes back went through JSON.
  const createStore = () =>
    new DeploymentStore({
      get: (key) => memory.get(key),
      set: (key, value) => {
        memory.set(key, JSON.parse(JSON.stringify(value)));
        return Promise.resolve();
      },
    });

  beforeEach(() => memory.clear());

  it('remembers the last deployment of each folder over a reload', async () => {
    const store = createStore();
    await store.save(record);
    await store.save({ ...record, folder: '/customers', job: 'job-2' });
    await store.save({ ...record, outcome: 'online' });

    const reloaded = createStore();

    assert.deepEqual(reloaded.last('/orders'), { ...record, outcome: 'online' });
    assert.equal(reloaded.last('/customers')?.job, 'job-2');
    assert.equal(reloaded.last('/elsewhere'), undefined);
  });

  it('tells when something is saved, after it can be read', async () => {
    const store = createStore();
    const seen: unknown[] = [];
    store.onDidChange(({ folder }) => seen.push(store.last(folder)?.job));

    await store.save(record);

    assert.deepEqual(seen, ['job-1']);
  });

  it('ignores what it did not write itself', () => {
    const store = createStore();
    for (const odd of ['text', null, {}, { ...record, job: 7 }]) {
      memory.set('flexservice.deployment./orders', odd);

      assert.equal(store.last('/orders'), undefined);
    }
  });
});
