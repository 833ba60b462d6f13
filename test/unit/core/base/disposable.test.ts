import assert from 'node:assert/strict';
import { DisposableStore, toDisposable } from '../../../../src/core/base/disposable';

describe('DisposableStore', () => {
  it('ends what it owns in reverse order, once', () => {
    const ended: string[] = [];
    const store = new DisposableStore();
    for (const name of ['first', 'second']) {
      store.add(toDisposable(() => ended.push(name)));
    }

    store.dispose();
    store.dispose();

    assert.deepEqual(ended, ['second', 'first']);
  });

  it('ends at once what is added after its own end', () => {
    const store = new DisposableStore();
    store.dispose();
    let ended = false;

    store.add(toDisposable(() => (ended = true)));

    assert.equal(ended, true);
  });

  it('ends the rest when one disposer fails, and tells', () => {
    let ended = false;
    const store = new DisposableStore();
    store.add(toDisposable(() => (ended = true)));
    store.add(
      toDisposable(() => {
        throw new Error('stuck');
      }),
    );

    assert.throws(() => store.dispose(), AggregateError);
    assert.equal(ended, true);
  });
});
