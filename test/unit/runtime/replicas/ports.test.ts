import assert from 'node:assert/strict';
import { Ports } from '../../../../src/runtime/replicas/ports';

describe('Ports', () => {
  it('gives a port to one replica only, until it is given back', async () => {
    const offers = [4001, 4001, 4002, 4001];
    const ports = new Ports(() => Promise.resolve(offers.shift() ?? 0));

    const one = await ports.take();
    assert.deepEqual([one, await ports.take()], [4001, 4002]);

    ports.release(one);
    assert.equal(await ports.take(), 4001);
  });
});
