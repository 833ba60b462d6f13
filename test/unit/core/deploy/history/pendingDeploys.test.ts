import assert from 'node:assert/strict';
import { DeploymentStore } from '../../../../../src/core/deploy/history/deploymentStore';
import { createJsonMemory } from '../../../../support/jsonMemory';
import { ordersRecord as record } from '../ordersRecord';

describe('PendingDeploys', () => {
  const texts = new Map<string, string>();
  const createStore = () => new DeploymentStore(createJsonMemory(texts));

  beforeEach(() => texts.clear());

  it('remembers a deploy that is being sent until it is saved or abandoned', async () => {
    const sent = { ...record, version: '1.0.1' };
    const store = createStore();
    await store.pending.begin(sent, { status: 'NEW' });
    const pending = createStore().pending.of('/orders');
    assert.deepEqual([pending?.record, pending?.before], [sent, { status: 'NEW' }]);

    await store.save(sent);
    assert.equal(createStore().pending.of('/orders'), undefined);

    await store.pending.begin(sent, { status: 'NEW' });
    await store.pending.abandon(sent);
    assert.equal(createStore().pending.of('/orders'), undefined);
  });

  it('keeps a deploy that was left in the middle from being overwritten', async () => {
    const left = { ...record, version: '1.0.1' };
    const next = { ...left, version: '1.0.2', startedAt: '2026-01-02T10:12:00.000Z' };
    const store = createStore();
    await store.pending.begin(left, { status: 'NEW' });

    await assert.rejects(store.pending.begin(next, { status: 'NEW' }), { code: 'rejected' });
    await store.pending.abandon(next);
    await store.save({ ...next, kind: 'recycle' });

    assert.deepEqual(store.pending.of('/orders')?.record, left);
  });

  it('begins in one window, and tells the other of it', async () => {
    const sent = { ...record, version: '1.0.1', startedAt: new Date().toISOString() };
    await createStore().pending.begin(sent, { status: 'NEW' });

    await assert.rejects(createStore().pending.begin(sent, { status: 'NEW' }), {
      message: 'Another window is deploying /orders.',
    });
  });

  it('begins over what another version of the extension left there', async () => {
    texts.set('flexservice.pending./orders', '{"unknown":true}');

    await createStore().pending.begin({ ...record, version: '1.0.1' }, { status: 'NEW' });

    assert.equal(createStore().pending.of('/orders')?.record.version, '1.0.1');
  });

  it('ignores what it did not write itself', () => {
    const store = createStore();
    for (const odd of ['text', null, {}, { ...record, job: 7 }]) {
      texts.set('flexservice.pending./orders', JSON.stringify(odd));

      assert.equal(store.pending.of('/orders'), undefined);
    }
  });
});
