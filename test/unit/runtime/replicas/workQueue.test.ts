import assert from 'node:assert/strict';
import { WorkQueue } from '../../../../src/runtime/replicas/workQueue';

describe('WorkQueue', () => {
  it('runs one after the other, also after one that fails', async () => {
    const queue = new WorkQueue();
    const seen: string[] = [];
    const work = (name: string, ticks: number) => async () => {
      seen.push(`${name} begins`);
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      seen.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
    };
    for (const [name, ticks] of [
      ['a', 9],
      ['b', 5],
      ['c', 0],
    ] as const) {
      queue.add(work(name, ticks), (error) => seen.push(String(error)));
    }

    await queue.drain();

    const order = ['a begins', 'a ends', 'b begins', 'b ends', 'Error: b failed'];
    assert.deepEqual(seen, [...order, 'c begins', 'c ends']);
  });
});
