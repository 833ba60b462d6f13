import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { silentLog } from '../../../../../src/core/base/log';
import { withFolderLock } from '../../../../../src/core/deploy/checks/folderLock';
import { useTempFolder } from '../../../../support/tempFolder';

describe('withFolderLock', () => {
  const scratch = useTempFolder();
  const { HOME } = process.env;
  let folder: string;
  let locks: string;

  beforeEach(() => {
    folder = path.join(scratch(), 'orders');
    mkdirSync(folder);
    process.env.HOME = scratch();
    locks = path.join(scratch(), '.cache/flexservice/locks');
  });
  afterEach(() => {
    process.env.HOME = HOME;
  });

  const lock = <T>(work: () => Promise<T>, of = folder) => withFolderLock(of, silentLog, work);
  const nothing = () => Promise.resolve();

  it('refuses a second deploy of the folder, also by a link, and leaves nothing behind', async () => {
    const link = path.join(scratch(), 'link');
    symlinkSync(folder, link);

    await lock(async () => {
      const refusal = { code: 'folderTaken', message: /^Another window or command is deploying / };
      await assert.rejects(lock(nothing), refusal);
      await assert.rejects(lock(nothing, link), refusal);
      await lock(nothing, scratch());
      assert.deepEqual(readdirSync(folder), []);
    });

    await lock(nothing, link);
    assert.deepEqual(readdirSync(locks), []);
  });

  it('ends with what failed under it', async () => {
    await assert.rejects(
      lock(() => Promise.reject(new Error('No upload.'))),
      { message: 'No upload.' },
    );

    assert.equal(await lock(() => Promise.resolve('sent')), 'sent');
  });

  it('takes what nobody renews for left, whichever process has its id by now', async () => {
    await lock(async () => {
      const [file = ''] = readdirSync(locks);
      const hourAgo = Date.now() / 1_000 - 3_600;
      utimesSync(path.join(locks, file), hourAgo, hourAgo);

      assert.equal(await lock(() => Promise.resolve('sent')), 'sent');
    });
  });
});
