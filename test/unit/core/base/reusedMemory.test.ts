import assert from 'node:assert/strict';
import { giveBack, ReusedMemory } from '../../../../src/core/base/reusedMemory';

describe('ReusedMemory', () => {
  it('is used again once all of it was given back, in whatever parts', () => {
    const memory = new ReusedMemory(4);
    const first = memory.take(3);
    giveBack(first.subarray(0, 1));
    giveBack(first.subarray(1));
    assert.equal(memory.take(2).buffer, first.buffer);
  });

  it('is used again where it was given back after more was taken', () => {
    const memory = new ReusedMemory(4);
    const taken = [memory.take(4), memory.take(4), memory.take(4)];
    taken.slice(0, 2).forEach(giveBack);
    const again = new Set([memory.take(4).buffer, memory.take(4).buffer]);
    assert.deepEqual(again, new Set(taken.slice(0, 2).map(({ buffer }) => buffer)));
  });

  it('leaves alone what is still in use, in part or as a whole', () => {
    const memory = new ReusedMemory(4);
    const whole = memory.take(4).fill(1);
    const part = memory.take(4).fill(1).subarray(1);
    giveBack(part.subarray(0, 2));
    for (let times = 0; times < 4; times++) {
      giveBack(memory.take(4).fill(2));
    }
    assert.deepEqual([...whole, ...part], Array<number>(7).fill(1));
  });

  it('does not mind what is other memory', () => {
    giveBack(Buffer.alloc(4));
    giveBack(Buffer.from('a'));
  });
});
