import assert from 'node:assert/strict';
import { AppError } from '../../../../src/core/base/errors';
import { parseRetryAfter, retryDelay } from '../../../../src/core/kinvey/retryDelay';

function failed(details: Record<string, unknown>) {
  return new AppError('serverFailed', 'Failed.', { details });
}

describe('retryDelay', () => {
  it('doubles the pause and gives up after the second repetition', () => {
    const delays = [1, 2, 3].map((attempt) => retryDelay(failed({ status: 503 }), attempt, 100));

    assert.deepEqual(delays, [100, 200, undefined]);
  });

  it('repeats only what may pass', () => {
    for (const details of [
      { status: 429 },
      { status: 502 },
      { status: 504 },
      { reason: 'ECONNRESET' },
    ]) {
      assert.equal(retryDelay(failed(details), 1, 100), 100);
    }
    for (const details of [{ status: 500 }, { status: 404 }, { reason: 'ECONNREFUSED' }, {}]) {
      assert.equal(retryDelay(failed(details), 1, 100), undefined);
    }
    assert.equal(retryDelay(new Error('other'), 1, 100), undefined);
  });

  it('prefers what the server asks for, unless it is long', () => {
    const asked = (retryAfterMs: number) => failed({ status: 429, retryAfterMs });

    assert.equal(retryDelay(asked(3_000), 1, 100), 3_000);
    assert.equal(retryDelay(asked(0), 1, 100), 0);
    assert.equal(retryDelay(asked(60_000), 1, 100), undefined);
  });
});

describe('parseRetryAfter', () => {
  it('reads seconds and dates', () => {
    const now = Date.parse('2026-01-02T03:04:05Z');

    assert.equal(parseRetryAfter('3', now), 3_000);
    assert.equal(parseRetryAfter('Fri, 02 Jan 2026 03:04:15 GMT', now), 10_000);
    assert.equal(parseRetryAfter('Fri, 02 Jan 2026 03:04:00 GMT', now), 0);
  });

  it('makes nothing of anything else', () => {
    for (const header of [undefined, '', 'soon', 3]) {
      assert.equal(parseRetryAfter(header), undefined);
    }
  });
});
