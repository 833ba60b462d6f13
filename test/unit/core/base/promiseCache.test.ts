import assert from 'node:assert/strict';
import { PromiseCache } from '../../../../src/core/base/promiseCache';

describe('PromiseCache', () => {
  it('asks once for a key until it is cleared', async () => {
    const cache = new PromiseCache<number>();
    let asked = 0;
    const ask = () => Promise.resolve((asked += 1));

    assert.deepEqual(await Promise.all([cache.get('a', ask), cache.get('a', ask)]), [1, 1]);
    assert.equal(await cache.get('b', ask), 2);

    cache.clear('a');
    assert.equal(await cache.get('b', ask), 2);
    assert.equal(await cache.get('a', ask), 3);

    cache.clear();
    assert.equal(await cache.get('b', ask), 4);
  });

  it('forgets a failure, but not what was asked for since', async () => {
    const cache = new PromiseCache<string>();
    let fail: ((reason: Error) => void) | undefined;
    const slow = cache.get('a', () => new Promise((_resolve, reject) => (fail = reject)));
    cache.clear();
    assert.equal(await cache.get('a', () => Promise.resolve('new')), 'new');

    fail?.(new Error('broken'));
    await assert.rejects(slow, { message: 'broken' });

    assert.equal(await cache.get('a', () => Promise.resolve('newer')), 'new');
    await assert.rejects(cache.get('b', () => Promise.reject(new Error('broken'))));
    assert.equal(await cache.get('b', () => Promise.resolve('mended')), 'mended');
  });

  it('lets one caller stop waiting while the others go on', async () => {
    const cache = new PromiseCache<string>();
    const controller = new AbortController();
    let answer: ((value: string) => void) | undefined;
    const ask = () => new Promise<string>((resolve) => (answer = resolve));
    const first = cache.get('a', ask, controller.signal);
    const second = cache.get('a', ask, new AbortController().signal);

    controller.abort();
    answer?.('there');

    await assert.rejects(first, { code: 'cancelled' });
    assert.equal(await second, 'there');
    await assert.rejects(cache.get('a', ask, controller.signal), { code: 'cancelled' });
  });
});
