import assert from 'node:assert/strict';
import { readRange } from '../../../../src/runtime/api/logs';

describe('readRange', () => {
  it('means the oldest hundred by default', () => {
    assert.deepEqual(readRange({}), { from: undefined, to: undefined, limit: 100, page: 1 });
  });

  it('takes at most 2000 a page', () => {
    assert.equal(readRange({ limit: '5000' }).limit, 2_000);
    assert.equal(readRange({ limit: '7', page: '3' }).page, 3);
  });

  it('reads dates, times and offsets, also with the plus that a query string eats', () => {
    const at = (from: string) => new Date(readRange({ from }).from ?? 0).toISOString();

    assert.equal(at('2017-08-30'), '2017-08-30T00:00:00.000Z');
    assert.equal(at('2017-08-30T08:06:49.594Z'), '2017-08-30T08:06:49.594Z');
    assert.equal(at('2017-08-30T08:06:49+02:00'), '2017-08-30T06:06:49.000Z');
    assert.equal(at('2017-08-30T08:06:49 02:00'), '2017-08-30T06:06:49.000Z');
  });

  it('refuses what is neither', () => {
    for (const query of [
      { from: 'yesterday' },
      { to: '2017-13-45' },
      { limit: '0' },
      { limit: '-1' },
      { page: 'x' },
    ]) {
      assert.throws(() => readRange(query), { code: 'ValidationError', status: 422 });
    }
  });
});
