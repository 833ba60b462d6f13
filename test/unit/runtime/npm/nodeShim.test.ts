import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeNodeShim } from '../../../../src/runtime/npm/nodeShim';
import { skip } from '../../../support/skip';
import { useTempFolder } from '../../../support/tempFolder';

describe('writeNodeShim', () => {
  const folder = useTempFolder();

  before(function () {
    if (process.platform === 'win32') skip(this, 'there is no such script on Windows');
  });

  /** A Node.js that only tells its name and what it was asked to run. */
  function fake(name: string) {
    const executable = path.join(folder(), `${name}'s node`);
    mkdirSync(folder(), { recursive: true });
    writeFileSync(executable, `#!/bin/sh\necho ${name} "$@"\n`);
    chmodSync(executable, 0o700);
    return { major: name === 'own' ? 24 : 12, version: '', executable };
  }

  it('runs npm and its node-gyp on the own Node.js, and everything else on the target', async () => {
    const shim = await writeNodeShim(folder(), fake('own'), fake('target'));
    const env = { npm_config_node_gyp: '/lib/npm/node-gyp.js' };
    const run = async (...args: string[]) =>
      (await promisify(execFile)(shim, args, { env })).stdout.trim();

    assert.equal(
      await run('/lib/npm/node-gyp.js', 're build'),
      'own /lib/npm/node-gyp.js re build',
    );
    assert.equal(await run('/usr/bin/npm', 'run'), 'own /usr/bin/npm run');
    assert.equal(await run('/lib/npm/bin/npx-cli.js'), 'own /lib/npm/bin/npx-cli.js');
    assert.equal(await run('install.js'), 'target install.js');
    assert.equal(await run('/x/node_modules/.bin/npm'), 'target /x/node_modules/.bin/npm');
    assert.equal(await run(), 'target');
  });

  it('leaves a script alone that another install may be running', async () => {
    const [own, target] = [fake('own'), fake('target')];
    const shim = await writeNodeShim(folder(), own, target);
    const { ino } = statSync(shim);

    await writeNodeShim(folder(), own, target);

    assert.equal(statSync(shim).ino, ino);
  });
});
