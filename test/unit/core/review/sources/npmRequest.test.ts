import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { npmRequest } from '../../../../../src/core/review/sources/npmRequest';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';

describe('npmRequest', () => {
  let folder = '';
  const write = (name: string, value: unknown) =>
    writeFileSync(path.join(folder, name), JSON.stringify(value));
  const wordsFor = async (name: string) => (await npmRequest(folder, name))?.join(' ');

  beforeEach(() => {
    folder = createScratchFolder('npm-request');
    write('package.json', {
      devDependencies: { ranged: '^1.2.0', exact: '6.0.0', wide: '>=1 <3' },
    });
    write('package-lock.json', {
      lockfileVersion: 3,
      packages: {
        'node_modules/ranged': { version: '1.4.1' },
        'node_modules/deep': { version: '4.0.2' },
      },
    });
  });
  afterEach(() => removeScratchFolder(folder));

  it('asks for the version that the folder works with, or for any', async () => {
    assert.equal(await wordsFor('ranged'), 'install --save-prod ranged@^1.2.0');
    assert.equal(await wordsFor('wide'), 'install --save-prod wide@>=1 <3');
    assert.equal(await wordsFor('exact'), 'install --save-prod --save-exact exact@6.0.0');
    assert.equal(await wordsFor('deep'), 'install --save-prod deep@4.0.2');
    assert.equal(await wordsFor('@scope/new.one'), 'install --save-prod @scope/new.one');
  });

  it('takes no option for a package, nor a path', async () => {
    for (const name of ['-g', '--force', '@-x/y', '../up', 'a b', '']) {
      assert.equal(await wordsFor(name), undefined, name);
    }
  });
});
