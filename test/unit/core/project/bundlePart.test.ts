import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isBundlePart } from '../../../../src/core/project/bundlePart';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

describe('isBundlePart', () => {
  const folder = createScratchFolder('part');
  const rules = '*.md\n/docs\npackage-lock.json\n.kinveyignore\n';
  const sent = ['index.js', 'lib/orders.js', '.npmrc'];
  const deciding = ['.kinvey', '.kinveyignore', 'lib/.kinveyignore', 'package-lock.json'];
  const idle = [
    ...['readme.md', 'lib/readme.md', 'docs/orders.js', '.env.local', 'lib/.env'],
    ...['docs/.kinveyignore', 'lib/package-lock.json', '.vscode/settings.json'],
  ];

  before(() => {
    for (const file of [...sent, ...deciding, ...idle]) {
      const absolute = path.join(folder, file);
      mkdirSync(path.dirname(absolute), { recursive: true });
      writeFileSync(absolute, file === '.kinveyignore' ? rules : '');
    }
  });
  after(() => removeScratchFolder(folder));

  const partsOf = async (files: readonly string[]) => {
    const bundle = await planBundle(folder);
    return files.filter((file) => isBundlePart(bundle, path.join(folder, file)));
  };

  it('is what is sent, and what is not on the disk yet', async () => {
    assert.deepEqual(await partsOf([...sent, 'lib/new.js']), [...sent, 'lib/new.js']);
  });

  it('is what decides on the rest, whether it is sent or not', async () => {
    assert.deepEqual(await partsOf(deciding), deciding);
  });

  it('is nothing that a rule leaves out', async () => {
    assert.deepEqual(await partsOf(idle), []);
  });
});
