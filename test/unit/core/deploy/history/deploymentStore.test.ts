import assert from 'node:assert/strict';
import { FileMemory } from '../../../../../src/core/base/fileMemory';
import { ended } from '../../../../../src/core/deploy/history/deploymentRecord';
import { DeploymentStore } from '../../../../../src/core/deploy/history/deploymentStore';
import { createJsonMemory } from '../../../../support/jsonMemory';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { ordersRecord as record } from '../ordersRecord';

describe('DeploymentStore', () => {
  const texts = new Map<string, string>();
  const createStore = () => new DeploymentStore(createJsonMemory(texts));

  const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 10, minute)).toISOString();
  /** A record for each minute, as an earlier window left them. */
  const many = (start: number, end: number, some: Partial<typeof record>) =>
    Array.from({ length: end - start }, (_value, index) => {
      return { ...record, ...some, startedAt: at(start + index) };
    });
  const remember = (records: readonly (typeof record)[]) =>
    texts.set('flexservice.deployments./orders', JSON.stringify(records.toReversed()));

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

  it('remembers the last fifty of an environment, the newest first, each once', async () => {
    const store = createStore();
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

  it('keeps what production runs, and how it came there, however often others are deployed to', async () => {
    const production = { ...record, environmentId: 'production' };
    remember([
      { ...production, startedAt: at(0), outcome: 'online', bundleHash: 'abc' },
      ...many(1, 61, { outcome: 'online' }),
      ...many(61, 91, { ...production, outcome: 'failed' }),
      ...many(91, 121, { ...production, kind: 'recycle', outcome: 'online' }),
    ]);
    const store = createStore();
    await store.save({ ...record, startedAt: at(121) });

    const history = store.history('/orders');
    const there = history.filter(({ environmentId }) => environmentId === 'production');

    assert.deepEqual([there.length, history.length], [51, 101]);
    assert.equal(there.at(-1)?.bundleHash, 'abc');
  });

  it('takes for the last what came last, also where the clock was set back meanwhile', async () => {
    const store = createStore();
    await store.save({ ...record, startedAt: at(30), outcome: 'online' });
    await store.save({ ...record, startedAt: at(10), version: '1.0.2' });
    await store.save(ended({ ...record, startedAt: at(10), version: '1.0.2' }, 'failed'));

    const history = store.history('/orders');

    assert.deepEqual(
      history.map(({ outcome }) => outcome),
      ['failed', 'online'],
    );
  });

  it('leaves out what another version of the extension did, and says that it does not know how it ended', () => {
    remember([
      { ...record, startedAt: at(1), kind: 'promotion' as 'deploy' },
      { ...record, startedAt: at(2), outcome: 'halted' as 'failed' },
      { ...record, startedAt: at(3), outcome: 'online' },
    ]);

    const history = createStore().history('/orders');

    assert.deepEqual(
      history.map(({ startedAt, outcome }) => [startedAt, outcome]),
      [
        [at(3), 'online'],
        [at(2), 'unknown'],
      ],
    );
  });

  it('remembers no more than two hundred of a folder, beside what came online last', async () => {
    const starts = [1, 41, 81, 121, 161, 201];
    remember([
      { ...record, environmentId: 'first', startedAt: at(0), outcome: 'incomplete' },
      ...starts.flatMap((start) =>
        many(start, start + 40, { environmentId: `after ${start}`, outcome: 'failed' }),
      ),
    ]);
    const store = createStore();
    await store.save({ ...record, startedAt: at(241) });

    const history = store.history('/orders');

    assert.equal(history.length, 200);
    assert.equal(history.at(-1)?.environmentId, 'first');
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
