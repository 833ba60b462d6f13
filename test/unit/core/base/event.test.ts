import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/core/base/event';

describe('Emitter', () => {
  it('tells every listener until it is disposed', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event((value) => heard.push(`first ${value}`));
    emitter.event((value) => heard.push(`second ${value}`));

    emitter.fire(1);
    first.dispose();
    first.dispose();
    emitter.fire(2);

    assert.deepEqual(heard, ['first 1', 'second 1', 'second 2']);
  });

  it('keeps two subscriptions of one function apart', () => {
    const emitter = new Emitter<number>();
    let heard = 0;
    const listener = () => (heard += 1);
    const first = emitter.event(listener);
    emitter.event(listener);

    first.dispose();
    emitter.fire(1);

    assert.equal(heard, 1);
  });

  it('tells the rest when a listener throws, then throws itself', () => {
    const emitter = new Emitter<number>();
    let heard = false;
    emitter.event(() => {
      throw new Error('broken');
    });
    emitter.event(() => (heard = true));

    assert.throws(
      () => emitter.fire(1),
      (error) => error instanceof AggregateError && error.errors.length === 1,
    );
    assert.equal(heard, true);
  });

  it('lets listeners come and go while it tells', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const own = emitter.event(() => {
      heard.push('own');
      own.dispose();
      emitter.event(() => heard.push('new'));
    });

    emitter.fire(1);
    assert.deepEqual(heard, ['own']);
    emitter.fire(2);
    assert.deepEqual(heard, ['own', 'new']);
  });

  it('is silent once it is disposed', () => {
    const emitter = new Emitter<number>();
    let heard = false;
    emitter.event(() => (heard = true));

    emitter.dispose();
    emitter.fire(1);

    assert.equal(heard, false);
  });
});
