import assert from 'node:assert/strict';
import { backOffMs } from '../../../src/runtime/backOff';

describe('backOffMs', () => {
  it('is nothing at first and grows from 50 ms to 2 s', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 7, 29].map(backOffMs);

    assert.deepEqual(waits, [0, 50, 100, 200, 400, 800, 1600, 2000, 2000]);
  });
});
