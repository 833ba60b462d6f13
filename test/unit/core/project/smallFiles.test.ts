import assert from 'node:assert/strict';
import { Breaths } from '../../../../src/core/project/smallFiles';

describe('Breaths', () => {
  it('lets others have the thread once it was held for a while', async () => {
    const breaths = new Breaths();
    let turns = 0;
    setImmediate(() => (turns += 1));

    const start = performance.now();
    while (performance.now() - start < 20);
    await breaths.take();

    assert.equal(turns, 1);
  });
});
