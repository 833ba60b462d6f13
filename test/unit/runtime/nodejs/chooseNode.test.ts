import assert from 'node:assert/strict';
import { chooseNode } from '../../../../src/runtime/nodejs/chooseNode';

describe('chooseNode', () => {
  const own = { major: 22, version: '22.13.1', executable: '/usr/bin/node' };

  it('takes the runtime that the environment names, whatever engines say', () => {
    const wish = { runtime: 'flex-runtime-node12', engines: '>=20' };
    assert.equal(chooseNode(wish, own), 12);
    assert.equal(chooseNode({ runtime: 'flex-runtime-node6' }), 6);
  });

  it('refuses a runtime that there is none of', () => {
    assert.throws(() => chooseNode({ runtime: 'flex-runtime-node7' }, own), {
      code: 'deployFailed',
      message: /no runtime named flex-runtime-node7, but services run on Node\.js 6, 8, .*, 24\./,
    });
  });

  for (const engines of [undefined, '', '*', '>=6', '22.x', '^22.1.0', 'nonsense']) {
    it(`takes the own one where engines are ${engines ?? 'absent'}`, () => {
      assert.equal(chooseNode({ engines }, own), 22);
    });
  }

  for (const [engines, major] of [
    ['= 6.x.x', 6],
    ['8.12.0', 8],
    ['^10 || ^12', 12],
    ['<19', 18],
    ['>=22.14', 24],
  ] as const) {
    it(`takes the newest that ${engines} allows where the own one is not`, () => {
      assert.equal(chooseNode({ engines }, own), major);
    });
  }

  it('takes the newest where there is no own one', () => {
    assert.equal(chooseNode({}), 24);
  });

  it('refuses engines that none of them satisfies', () => {
    assert.throws(() => chooseNode({ engines: '7.x' }, own), {
      code: 'deployFailed',
      message: /The engines in package\.json ask for Node\.js 7\.x, but services run on/,
    });
  });
});
