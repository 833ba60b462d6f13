import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  applyVersionEdit,
  planVersionEdit,
  restoreVersionEdit,
} from '../../../../src/core/project/versionEdit';
import { Random } from '../../../support/random';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';
import { JsonShapes } from './jsonShapes';

interface Versioned {
  version: unknown;
  packages?: Record<string, Versioned | undefined>;
}

const version = '10.20.30-rc.4';

describe('a version edit', () => {
  const seed = 11;
  const count = 200;
  const folder = createScratchFolder('shapes');
  const at = (name: string) => path.join(folder, name);
  after(() => removeScratchFolder(folder));

  /** Writes a file with the marked versions, edits it, and puts it back; answers it as edited. */
  const edit = async (name: string, marked: string, random: Random) => {
    const text = JsonShapes.fill(marked, () => JsonShapes.anyVersion(random));
    await writeFile(at(name), text);

    const planned = await planVersionEdit(folder, version);
    await applyVersionEdit(planned);

    const edited = await readFile(at(name), 'utf8');
    assert.equal(
      edited,
      JsonShapes.fill(marked, () => `"${version}"`),
      text,
    );
    assert.deepEqual(await restoreVersionEdit(planned), []);
    assert.equal(await readFile(at(name), 'utf8'), text);
    return JSON.parse(edited.replace('\uFEFF', '')) as Versioned;
  };

  it(`changes only the version's characters, and puts them back, in ${count} shapes of package.json (seed ${seed})`, async () => {
    const random = new Random(seed);
    for (let index = 0; index < count; index += 1) {
      const edited = await edit('package.json', JsonShapes.packageJson(random), random);

      assert.equal(edited.version, version);
    }
  });

  it(`changes only the versions of the project itself in ${count} shapes of lock files (seed ${seed})`, async () => {
    const random = new Random(seed);
    await writeFile(at('package.json'), `{"version":"${version}"}`);
    for (let index = 0; index < count; index += 1) {
      const name = random.pick(['package-lock.json', 'npm-shrinkwrap.json']);
      const { packages, ...edited } = await edit(name, JsonShapes.lockFile(random), random);

      assert.equal(edited.version, version);
      assert.ok(packages?.[''] === undefined || packages[''].version === version);
      await rm(at(name));
    }
  });
});
