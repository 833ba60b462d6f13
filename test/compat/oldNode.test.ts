import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { checkout } from '../support/checkout';
import { findOldNode } from '../support/oldNode';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { skip } from '../support/skip';

const runtime = path.join(checkout, 'dist/runtime.js');
const deploy = path.join(checkout, 'dist/deploy.js');

describe('an old Node.js', () => {
  // One that reads the oldest syntax only, and one that reads some of the newer.
  for (const version of ['0.10', '12']) {
    it(`is told in one sentence which one is needed: Node.js ${version}`, async function () {
      const node = await findOldNode(version);
      if (node === undefined) {
        skip(this, `npm has no Node.js ${version} for this platform`);
      }

      const runs = [
        [
          runtime,
          1,
          /^The FlexService Runtime needs Node\.js 22\.13 or later; this is v[\d.]+\.\n$/,
        ],
        [deploy, 2, /^dist\/deploy\.js needs Node\.js 22 or later; this is v[\d.]+\.\n$/],
      ] as const;
      for (const [script, expected, sentence] of runs) {
        const run: SpawnSyncReturns<string> = spawnSync(node, [script], { encoding: 'utf8' });
        assert.match(run.stderr, sentence);
        assert.ok(run.stderr.includes(` v${version}.`), run.stderr);
        assert.deepEqual([run.status, run.stdout], [expected, '']);
      }
    });
  }

  it('ends with 22.13 for the runtime', () => {
    const helpOn = (version: string) => {
      const claim = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
      return spawnSync(process.execPath, ['--import', claim, runtime, '--help']).status;
    };

    assert.deepEqual(['22.12.9', '22.13.0', '23.4.0'].map(helpOn), [1, 0, 0]);
  });
});

describe('the oldest Node.js that reviews', () => {
  const folder = createScratchFolder('oldest');

  after(() => removeScratchFolder(folder));

  it('survives a script that its own node:vm does not', async function () {
    const node = await findOldNode('22.13.0');
    if (node === undefined) {
      skip(this, 'npm has no Node.js 22.13 for this platform');
    }
    const script = 'class A { ; ...[do';
    const ownVm = `require('node:vm').compileFunction(${JSON.stringify(script)})`;
    assert.match(spawnSync(node, ['-e', ownVm], { encoding: 'utf8' }).stderr, /Assertion failed/);

    const reader = path.join(folder, 'scriptFacts.js');
    const entry = path.join(checkout, 'src/core/review/sources/scriptFacts.ts');
    await esbuild.build({ entryPoints: [entry], bundle: true, platform: 'node', outfile: reader });
    const reading = `require(${JSON.stringify(reader)}).readScript(${JSON.stringify(script)}, 'unknown')`;
    const { stdout } = spawnSync(node, ['-p', `JSON.stringify(${reading}.problem)`], {
      encoding: 'utf8',
    });

    assert.deepEqual(JSON.parse(stdout), { line: 1, reason: 'Unexpected token "."' });
  });
});

describe('a Node.js of today', () => {
  it('keeps what it compiled beside the scripts, so that the next start is sooner', () => {
    const env = { ...process.env, NODE_COMPILE_CACHE: undefined };
    const kept = path.join(checkout, 'dist/compiled');

    for (const script of [runtime, deploy]) {
      rmSync(kept, { recursive: true, force: true });
      assert.equal(spawnSync(process.execPath, [script, '--help'], { env }).status, 0);
      assert.ok(readdirSync(kept, { recursive: true }).length > 1);
    }
  });

  it('knows how deploy.js keeps its memory small: V8 names no flag that it does not have', () => {
    const run = spawnSync(process.execPath, [deploy, '--help'], { encoding: 'utf8' });

    assert.deepEqual([run.status, run.stderr], [0, '']);
  });
});
