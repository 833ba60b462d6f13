import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createArchive } from '../../../../../src/core/deploy/sending/archive';
import { findBundleChanges } from '../../../../../src/core/deploy/vault/bundleChanges';
import { withBundleCopy } from '../../../../../src/core/deploy/vault/bundleCopy';
import { readKeptBundle } from '../../../../../src/core/deploy/vault/keptBundle';
import { SentCopy } from '../../../../../src/core/deploy/vault/sentCopy';
import { Vault } from '../../../../../src/core/deploy/vault/vault';
import { planBundle } from '../../../../../src/core/project/bundlePlan';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { skip } from '../../../../support/skip';
import { unpack } from '../../../../support/unpack';
import { failsWith } from '../deployTrial';

describe('a bundle that was sent', () => {
  let folder = '';
  let directory = '';
  let vault: Vault;

  beforeEach(async () => {
    folder = createScratchFolder('sent');
    directory = createScratchFolder('vault');
    vault = new Vault(directory, () => 1_000_000);
    await put('package.json', '{\n\t"version": "1.0.0"\n}\r\n');
    await put('package-lock.json', '{"version":"1.0.0","packages":{"":{"version":"1.0.0"}}}');
    await put('index.js', '// первый');
    await put('.kinveyignore', '*.log\n!kept.log\n');
    await put('lib/kept.log', 'kept');
    await put('bin/run', Buffer.from([0, 255, 10, 13]));
    await chmod(path.join(folder, 'bin/run'), 0o755);
    await mkdir(path.join(folder, 'empty'));
  });
  afterEach(() => {
    removeScratchFolder(folder);
    removeScratchFolder(directory);
  });

  const put = async (name: string, content: string | Buffer) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  };
  const send = async () => {
    let hash = '';
    const copy = new SentCopy(vault.writer(folder));
    const archive = createArchive(await planBundle(folder));
    const tar = await buffer(
      copy.of(archive, ({ bundleHash }) => Promise.resolve(void (hash = bundleHash))),
    );
    return { tar, hash };
  };

  it('is read back as it was, whatever happened to the folder', async () => {
    const { hash } = await send();
    await put('index.js', '// second');

    const { files, directories } = await readKeptBundle(vault, folder, hash);

    assert.equal(files.get('index.js')?.content.toString(), '// первый');
    assert.deepEqual(files.get('bin/run')?.content, Buffer.from([0, 255, 10, 13]));
    assert.deepEqual(
      [...files.keys()],
      ['.kinveyignore', 'bin/run', 'index.js', 'lib/kept.log', 'package-lock.json', 'package.json'],
    );
    assert.deepEqual(directories, ['bin', 'empty', 'lib']);
  });

  it('is sent again as it was but for its version, and the folder is not touched', async () => {
    const { tar, hash } = await send();
    await put('index.js', '// second');
    await put('package.json', '{"version":"7.0.0"}');
    const kept = await readKeptBundle(vault, folder, hash);

    let copied = '';
    const again = await withBundleCopy(kept, async (copy) => {
      copied = copy.bundle.folder;
      return buffer(createArchive(await copy.setVersion('1.0.1')));
    });

    const expected = await unpack(tar);
    for (const name of ['package.json', 'package-lock.json']) {
      const entry = expected.get(name);
      assert.ok(entry);
      entry.content = entry.content.replaceAll('1.0.0', '1.0.1');
    }
    assert.deepEqual(await unpack(again), expected);
    assert.equal(await readFile(path.join(folder, 'package.json'), 'utf8'), '{"version":"7.0.0"}');
    await assert.rejects(stat(copied), /ENOENT/);
  });

  it('is compared with what would be sent now, byte by byte', async () => {
    const { hash } = await send();
    const sent = await readKeptBundle(vault, folder, hash);
    assert.deepEqual(await findBundleChanges(sent, await planBundle(folder)), []);

    await put('index.js', '// вторый');
    await put('bin/run', Buffer.from([0, 255, 10]));
    await put('lib/new.js', '');
    await rm(path.join(folder, 'lib/kept.log'));
    await put('debug.log', 'ignored then and now');

    assert.deepEqual(await findBundleChanges(sent, await planBundle(folder)), [
      { path: 'bin/run', change: 'changed' },
      { path: 'index.js', change: 'changed' },
      { path: 'lib/kept.log', change: 'removed' },
      { path: 'lib/new.js', change: 'added' },
    ]);
  });

  it('is compared by what may be run, and by folders that hold nothing', async function () {
    if (process.platform === 'win32') skip(this, 'Windows marks no file as executable');
    await put('bin/other', '');
    await mkdir(path.join(folder, 'gone/deep'), { recursive: true });
    const { hash } = await send();
    const sent = await readKeptBundle(vault, folder, hash);

    await chmod(path.join(folder, 'bin/run'), 0o644);
    await put('bin/other', 'changed');
    await chmod(path.join(folder, 'bin/other'), 0o700);
    await chmod(path.join(folder, 'index.js'), 0o600);
    await rm(path.join(folder, 'gone'), { recursive: true });
    await put('empty/full/file', '');
    await mkdir(path.join(folder, 'new'));

    assert.deepEqual(await findBundleChanges(sent, await planBundle(folder)), [
      { path: 'bin/other', change: 'changed' },
      { path: 'bin/other', change: 'executable' },
      { path: 'bin/run', change: 'notExecutable' },
      { path: 'empty/full/file', change: 'added' },
      { path: 'gone/deep/', change: 'removed' },
      { path: 'new/', change: 'added' },
    ]);
  });

  it('is told from one that was damaged on the disk', async () => {
    const { hash } = await send();
    const [own = ''] = await readdir(directory);
    await writeFile(path.join(directory, own, `${hash}.tar.gz`), 'no such thing');

    await assert.rejects(
      readKeptBundle(vault, folder, hash),
      failsWith('fileInvalid', /is damaged/),
    );
  });
});
