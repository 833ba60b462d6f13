import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { checkout } from '../support/checkout';
import { findOldNode } from '../support/oldNode';
import { skip } from '../support/skip';

const script = path.join(checkout, 'dist/runtime.js');

describe('the runtime on an old Node.js', () => {
  // One that reads the oldest syntax only, and one that reads some of the newer.
  for (const version of ['0.10', '12']) {
    it(`says in one sentence which one it needs: Node.js ${version}`, async function () {
      const node = await findOldNode(version);
      if (node === undefined) {
        skip(this, `npm has no Node.js ${version} for this platform`);
      }

      const { status, stdout, stderr } = spawnSync(node, [script], { encoding: 'utf8' });

      assert.match(
        stderr,
        /^The FlexService Runtime needs Node\.js 22\.13 or later; this is v[\d.]+\.\n$/,
      );
      assert.ok(stderr.includes(` v${version}.`), stderr);
      assert.deepEqual([status, stdout], [1, '']);
    });
  }

  it('takes 22.13, and no release before it', () => {
    const helpOn = (version: string) => {
      const claim = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
      return spawnSync(process.execPath, ['--import', claim, script, '--help']).status;
    };

    assert.deepEqual(['22.12.9', '22.13.0', '23.4.0'].map(helpOn), [1, 0, 0]);
  });
});
