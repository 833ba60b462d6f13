import assert from 'node:assert/strict';
import { ScratchMemory } from '../../../../../src/core/deploy/sending/scratchMemory';
import { smallBytes } from '../../../../../src/core/project/smallFiles';

describe('ScratchMemory', () => {
  it('is used again once all of it was given back, in whatever parts', () => {
    const scratch = new ScratchMemory();
    const taken = [scratch.take(smallBytes), scratch.take(smallBytes)];
    for (const content of taken) {
      scratch.giveBack(content.subarray(0, 1));
      scratch.giveBack(content.subarray(1));
    }
    assert.equal(scratch.take(smallBytes).buffer, taken[0]?.buffer);
  });

  it('leaves alone what is still in use', () => {
    const scratch = new ScratchMemory();
    const inUse = scratch.take(smallBytes).fill(1);
    scratch.giveBack(scratch.take(smallBytes));
    // Memory of somebody else.
    scratch.giveBack(Buffer.alloc(smallBytes));
    for (let files = 0; files < 4; files++) {
      scratch.take(smallBytes).fill(2);
    }
    assert.deepEqual(inUse, Buffer.alloc(smallBytes, 1));
  });
});
