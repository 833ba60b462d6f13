import assert from 'node:assert/strict';
import { FileMemory } from '../../../../src/core/base/fileMemory';
import { ended } from '../../../../src/core/deploy/deploymentRecord';
import { DeploymentStore } from '../../../../src/core/deploy/deploymentStore';
import { createJsonMemory } from '../../../support/jsonMemory';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';
import { ordersRecord as record } from './ordersRecord';

describe('DeploymentStore', () => {
  const texts = new Map<string, string>();
  const createStore = () => new DeploymentStore(createJsonMemory(texts));

  beforeEach(() => texts.clear());

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

  it('remembers the last fifty of a folder, the newest first, each once', async () => {
    const store = createStore();
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 10, minute)).toISOString();
    for (let minute = 0; minute < 60; minute += 1) {
      await store.save({ ...record, startedAt: at(minute) });
      await store.save({ ...record, startedAt: at(minute), outcome: 'online' });
    }
    await store.save({ ...record, startedAt: at(58), outcome: 'failed' });

    const history = createStore().history('/orders');

    assert.equal(history.length, 50);
    assert.deepEqual(
      history.slice(0, 3).map(({ startedAt, outcome }) => [startedAt, outcome]),
      [
        [at(59), 'online'],
        [at(58), 'failed'],
        [at(57), 'online'],
      ],
    );
    assert.deepEqual(store.history('/elsewhere'), []);
  });

  it('keeps what several windows write at the same moment, and a note that comes with the end', async () => {
    const directory = createScratchFolder('records');
    try {
      const [one, other] = [1, 2].map(() => new DeploymentStore(new FileMemory(directory)));
      assert.ok(one && other);
      await one.save(record);

      await Promise.all([
        one.save(ended(record, 'online')),
        one.setNote(record, 'before the sale'),
        other.save({ ...record, kind: 'recycle', job: 'job-2' }),
      ]);

      const found = one.history('/orders').find(({ kind }) => kind === 'deploy');
      assert.deepEqual([found?.outcome, found?.note], ['online', 'before the sale']);
      assert.equal(other.history('/orders').length, 2);
    } finally {
      removeScratchFolder(directory);
    }
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
      texts.set('flexservice.deployments./orders', JSON.stringify([odd]));

      assert.equal(store.last('/orders'), undefined);
    }
  });
});
