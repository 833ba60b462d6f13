import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import { bundleTree, type BundleNode } from '../../../../src/core/project/bundleTree';
import { tarEndBytes } from '../../../../src/core/project/tarSize';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

function outline(nodes: readonly BundleNode[], indent = ''): string[] {
  return nodes.flatMap(({ name, files, children = [] }) => [
    `${indent}${name} ${files}`,
    ...outline(children, `${indent}  `),
  ]);
}

describe('bundleTree', () => {
  const folder = createScratchFolder('tree');
  const put = (name: string, bytes: number) => {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), 'x'.repeat(bytes));
  };
  after(() => removeScratchFolder(folder));

  it('has the largest first, directories by what is below them, and all bytes of the tar', async () => {
    put('index.js', 2_000);
    put('lib/deep/big.js', 9_000);
    put('lib/small.js', 1);
    put('lib.js', 700);
    mkdirSync(path.join(folder, 'empty'));
    put('node_modules/left/out.js', 50_000);
    const plan = await planBundle(folder);

    const tree = bundleTree(plan);

    assert.deepEqual(outline(tree), [
      'lib 2',
      '  deep 1',
      '    big.js 1',
      '  small.js 1',
      'index.js 1',
      'lib.js 1',
      'empty 0',
    ]);
    const sum = tree.reduce((bytes, node) => bytes + node.tarBytes, tarEndBytes);
    assert.equal(sum, plan.tarBytes);
  });
});
