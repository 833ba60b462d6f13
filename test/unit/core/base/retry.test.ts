import assert from 'node:assert/strict';
import { AppError } from '../../../../src/core/base/errors';
import { delay, throwIfAborted, unlessAborted, until } from '../../../../src/core/base/retry';

describe('delay', () => {
  it('is cancelled at once by its signal', async () => {
    const controller = new AbortController();
    const waiting = delay(3_600_000, controller.signal);

    controller.abort();

    await assert.rejects(waiting, { code: 'cancelled' });
    await assert.rejects(delay(3_600_000, AbortSignal.abort()), { code: 'cancelled' });
  });

  it('ends by itself', async () => {
    await delay(1, new AbortController().signal);
    await delay(0);
  });
});

describe('throwIfAborted', () => {
  it('throws only for a signal that was aborted', () => {
    throwIfAborted();
    throwIfAborted(new AbortController().signal);

    assert.throws(() => throwIfAborted(AbortSignal.abort()), { code: 'cancelled' });
  });
});

describe('what a signal is aborted with', () => {
  it('is what is thrown where it is a sentence for a person', async () => {
    const late = new AppError('cancelled', 'It was too late.');
    const { signal } = new AbortController();
    const both = AbortSignal.any([signal, AbortSignal.abort(late)]);

    await assert.rejects(delay(3_600_000, both), late);
    await assert.rejects(unlessAborted(Promise.withResolvers<never>().promise, both), late);
    assert.throws(() => throwIfAborted(both), late);
    const other = AbortSignal.abort(new Error('odd'));
    assert.throws(() => throwIfAborted(other), { code: 'cancelled', message: 'Cancelled.' });
  });
});

describe('unlessAborted', () => {
  it('waits for what is under way until its signal says no', async () => {
    const controller = new AbortController();
    const underWay = Promise.withResolvers<undefined>();
    const waiting = unlessAborted(underWay.promise, controller.signal);

    controller.abort();

    await assert.rejects(waiting, { code: 'cancelled' });
    await assert.rejects(unlessAborted(underWay.promise, controller.signal), { code: 'cancelled' });
    // Nobody waits for it any more, and nobody is told.
    underWay.reject(new Error('late'));
  });

  it('answers or throws what comes of it', async () => {
    const { signal } = new AbortController();
    assert.equal(await unlessAborted(Promise.resolve(1), signal), 1);
    assert.equal(await unlessAborted(Promise.resolve(2)), 2);
    await assert.rejects(unlessAborted(Promise.reject(new Error('broken')), signal), /broken/);
  });
});

describe('until', () => {
  const options = {
    intervalMs: 1,
    timeoutMs: 3_600_000,
    onTimeout: () => new AppError('timedOut', 'Too long.'),
  };

  it('asks until there is an answer, false and null being some', async () => {
    const answers = [undefined, undefined, false];
    assert.equal(await until(() => Promise.resolve(answers.shift()), options), false);
    assert.equal(answers.length, 0);

    assert.equal(await until(() => Promise.resolve(null), options), null);
  });

  it('asks at least once, then gives up in time', async () => {
    let asked = 0;
    const ask = () => {
      asked += 1;
      return Promise.resolve(undefined);
    };

    await assert.rejects(until(ask, { ...options, timeoutMs: 0 }), { message: 'Too long.' });
    assert.equal(asked, 1);
  });

  it('passes on what the question throws', async () => {
    await assert.rejects(
      until(() => Promise.reject(new Error('broken')), options),
      { message: 'broken' },
    );
  });

  it('is cancelled between two questions, and before the first', async () => {
    const controller = new AbortController();
    let asked = 0;
    const ask = () => {
      asked += 1;
      controller.abort();
      return Promise.resolve(undefined);
    };
    const cancellable = { ...options, intervalMs: 3_600_000, signal: controller.signal };

    await assert.rejects(until(ask, cancellable), { code: 'cancelled' });
    await assert.rejects(until(ask, cancellable), { code: 'cancelled' });
    assert.equal(asked, 1);
  });
});
