import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { isAppError } from '../../../../src/core/base/errors';
import { unpack } from '../../../../src/runtime/builds/unpack';
import { fuzzRuns } from '../../../support/fuzz';
import { packFiles } from '../../../support/runtimeClient';
import { mutatedTars } from '../../../support/tarMutations';
import { WatchedFolder } from '../../../support/watchedFolder';

const original = packFiles({
  'package.json': '{"name":"x","version":"1.0.0"}',
  'index.js': '// nothing',
  [`${'deep/'.repeat(40)}ü.txt`]: 'a path that needs a PAX header',
  'large.txt': 'x'.repeat(5_000),
});

describe('unpack, of tars that were tampered with', () => {
  let watched: WatchedFolder;
  before(() => {
    watched = new WatchedFolder();
  });
  after(() => watched.remove());

  it('takes them or says why not, and writes nowhere else', async () => {
    await fc.assert(
      fc.asyncProperty(mutatedTars(original), async (tar) => {
        await tryToUnpack(tar);
        watched.assertNothingAroundChanged();
      }),
      fuzzRuns(300),
    );
  });

  async function tryToUnpack(tar: Buffer): Promise<void> {
    const archive = path.join(watched.folder, 'archive.tar');
    const target = path.join(watched.folder, 'target');
    writeFileSync(archive, tar);
    mkdirSync(target);
    try {
      await unpack(archive, target);
    } catch (error) {
      assert.ok(isAppError(error) && error.code === 'deployFailed', String(error));
    } finally {
      rmSync(target, { recursive: true });
    }
  }
});
