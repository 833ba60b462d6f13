import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import { asOrdinaryUser } from '../../../support/ordinaryUser';
import { skip } from '../../../support/skip';

describe('planBundle, of what cannot be sent', () => {
  let scratch = '';
  let folder = '';

  const put = async (...names: string[]) => {
    for (const name of names) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), name);
    }
  };
  const plannedPaths = async () => (await planBundle(folder)).files.map((file) => file.path);

  beforeEach(async () => {
    scratch = await mkdtemp(path.join(os.tmpdir(), 'flex-bundle-'));
    folder = path.join(scratch, 'orders');
    await mkdir(folder);
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  /** What cannot be sent, whatever anybody wants: by its path, why. */
  const obstacles = async (asCli = false) => {
    const { excluded: out } = await planBundle(folder, { asCli });
    return Object.fromEntries(
      out.map(({ path: name, rule, obstacle }) => [name, `${obstacle}: ${rule}`]),
    );
  };
  const noFile = 'special: is no regular file';

  it('leaves out names that a tar cannot keep', async function () {
    if (process.platform === 'win32') {
      skip(this, 'Windows has no such names');
    }
    await put('a\\b.js', 'c:d.js');

    assert.deepEqual(await obstacles(), {
      'a\\b.js': 'name: name that a tar cannot keep',
      'c:d.js': 'name: name that a tar cannot keep',
    });
  });

  it('leaves out sockets and pipes, and links to them, without opening any', async function () {
    if (process.platform === 'win32') {
      skip(this, 'Windows keeps neither in a folder');
    }
    await mkdir(path.join(folder, 'run'));
    execFileSync('mkfifo', [path.join(folder, 'run/pipe')]);
    await symlink('run/pipe', path.join(folder, 'linked'));
    const server = net.createServer();
    await new Promise<void>((done) => server.listen(path.join(folder, 'sock'), done));

    try {
      const all = { linked: noFile, 'run/pipe': noFile, sock: noFile };
      assert.deepEqual(await obstacles(), all);
      assert.deepEqual(await obstacles(true), all);
      assert.deepEqual(await plannedPaths(), []);
    } finally {
      server.close();
    }
  });

  it('leaves out devices', async function () {
    const device = path.join(folder, 'null');
    if (spawnSync('mknod', [device, 'c', '1', '3']).status !== 0) {
      skip(this, 'only root may make a device');
    }

    assert.deepEqual(await obstacles(), { null: noFile });
    assert.deepEqual(await obstacles(true), { null: noFile });
  });

  it('leaves out links to devices, also where it follows all as kinvey-cli', async function () {
    if (process.platform === 'win32') {
      skip(this, 'Windows has no path of a device to link to');
    }
    await symlink('/dev/null', path.join(folder, 'null'));

    assert.deepEqual(await obstacles(), { null: 'link: link that leaves the folder' });
    assert.deepEqual(await obstacles(true), { null: noFile });
  });

  it('leaves out files and directories that cannot be read, and links to them', async function () {
    if (!asOrdinaryUser(this, __filename, [scratch, folder])) {
      return;
    }
    const locked = ['key.js', 'names.only', 'shut'].map((name) => path.join(folder, name));
    await put('index.js', 'key.js', 'shut/a.js', 'names.only/a.js');
    await symlink('key.js', path.join(folder, 'linked.js'));
    await symlink('shut/a.js', path.join(folder, 'a.js'));
    await Promise.all(locked.map((one) => chmod(one, one.endsWith('only') ? 0o444 : 0)));

    const unreadable = 'unreadable: cannot be read';
    try {
      for (const asCli of [false, true]) {
        assert.deepEqual(await obstacles(asCli), {
          'a.js': unreadable,
          'key.js': unreadable,
          'linked.js': unreadable,
          'names.only': unreadable,
          shut: unreadable,
        });
      }
      assert.deepEqual(await plannedPaths(), ['index.js']);
    } finally {
      await Promise.all(locked.map((one) => chmod(one, 0o755)));
    }
  });

  it('knows what somebody left out from what cannot be sent', async () => {
    await put('.env', 'docs/a.md', 'lib/a.js');
    await writeFile(path.join(folder, '.kinveyignore'), 'docs/\n/gone.js\n');
    await symlink('.env', path.join(folder, 'environment'));
    await symlink('nowhere', path.join(folder, 'gone.js'));
    await symlink('nowhere', path.join(folder, 'lost.js'));
    await symlink('..', path.join(folder, 'lib/cycle'));

    const { excluded: out } = await planBundle(folder);

    const unwanted = out.filter(({ obstacle }) => obstacle === undefined);
    assert.deepEqual(
      unwanted.map(({ path: name }) => name),
      ['.env', 'docs', 'environment', 'gone.js'],
    );
    assert.deepEqual(
      out.filter(({ obstacle }) => obstacle === 'link').map(({ path: name }) => name),
      ['lib/cycle', 'lost.js'],
    );
  });
});
