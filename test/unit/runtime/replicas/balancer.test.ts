import assert from 'node:assert/strict';
import { Balancer } from '../../../../src/runtime/replicas/balancer';

describe('Balancer', () => {
  const replica = (name: string, underWay = 0) => ({ name, underWay });

  it('chooses the replica with the fewest requests under way', () => {
    const replicas = [replica('a', 3), replica('b', 1), replica('c', 2)];
    const balancer = new Balancer();

    const chosen = [1, 2, 3].map(() => balancer.choose(replicas)?.name);

    assert.deepEqual(chosen, ['b', 'b', 'b']);
  });

  it('lets those take turns that have equally few', () => {
    const replicas = [replica('a'), replica('busy', 5), replica('b'), replica('c')];
    const balancer = new Balancer();

    const chosen = [1, 2, 3, 4].map(() => balancer.choose(replicas)?.name);

    assert.deepEqual(chosen, ['a', 'b', 'c', 'a']);
  });

  it('leaves out what was tried, until nothing is left', () => {
    const [one, two] = [replica('one'), replica('two', 9)];
    const balancer = new Balancer();

    assert.equal(balancer.choose([one, two], new Set([one])), two);
    assert.equal(balancer.choose([one, two], new Set([one, two])), undefined);
    assert.equal(balancer.choose([one].slice(1)), undefined);
  });

  it('goes on when replicas have left meanwhile', () => {
    const replicas = [replica('a'), replica('b'), replica('c')];
    const balancer = new Balancer();
    balancer.choose(replicas);
    balancer.choose(replicas);

    assert.equal(balancer.choose(replicas.slice(0, 1))?.name, 'a');
  });
});
