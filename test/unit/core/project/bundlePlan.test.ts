import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isAppError } from '../../../../src/core/base/errors';
import { planBundle } from '../../../../src/core/project/bundlePlan';

describe('planBundle', () => {
  let scratch = '';
  let folder = '';

  const put = async (...names: string[]) => {
    for (const name of names) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), name);
    }
  };
  const plannedPaths = async () => (await planBundle(folder)).files.map((file) => file.path);
  const excluded = async () => {
    const plan = await planBundle(folder);
    return Object.fromEntries(plan.excluded.map(({ path: name, rule }) => [name, rule]));
  };

  beforeEach(async () => {
    scratch = await mkdtemp(path.join(os.tmpdir(), 'flex-bundle-'));
    folder = path.join(scratch, 'orders');
    await mkdir(folder);
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  it('takes files and directories, sorted, with size, permissions and time', async () => {
    await put('index.js', 'lib/b.js', 'lib/a.js', 'lib-2/c.js', '.npmrc', '.gitignore');
    await mkdir(path.join(folder, 'empty'));
    await writeFile(path.join(folder, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    await utimes(path.join(folder, 'run.sh'), 1_000, 1_000);

    const plan = await planBundle(folder);

    assert.deepEqual(
      plan.files.map((file) => file.path),
      ['.gitignore', '.npmrc', 'index.js', 'lib-2/c.js', 'lib/a.js', 'lib/b.js', 'run.sh'],
    );
    assert.deepEqual(plan.directories, ['empty', 'lib', 'lib-2']);
    assert.deepEqual(plan.files.at(-1), {
      path: 'run.sh',
      absolute: path.join(folder, 'run.sh'),
      size: 10,
      mode: 0o755,
      modified: 1_000_000,
    });
    assert.deepEqual(plan.excluded, []);
  });

  it('leaves out what is secret, local or installed by the instance', async () => {
    const out = ['.git/HEAD', '.svn/x', '.hg/x', 'node_modules/a/x', 'sub/node_modules/a/x'];
    const secret = [
      '.env',
      '.env.local',
      '.envrc',
      'sub/.env',
      '.kinvey',
      'output.log',
      'output.log.1',
    ];
    const litter = ['sub/.DS_Store', 'a.vsix', 'a-1.0.0.tgz', 'a.js~', '.#a.js'];
    const local = ['.vscode/x', '.idea/x', ...litter];
    const kept = ['environment', 'sub/.vscode/x', 'sub/a.tgz', 'sub/output.log', 'outputs.log'];
    await put(...out, ...secret, ...local, ...kept);

    assert.deepEqual(await plannedPaths(), [...kept].sort());
    assert.deepEqual(await excluded(), {
      '.git': '.git',
      '.svn': '.svn',
      '.hg': '.hg',
      node_modules: 'node_modules',
      'sub/node_modules': 'node_modules',
      '.env': '.env*',
      '.env.local': '.env*',
      '.envrc': '.env*',
      'sub/.env': '.env*',
      '.kinvey': '.kinvey',
      'output.log': 'output.log*',
      'output.log.1': 'output.log*',
      '.vscode': '.vscode',
      '.idea': '.idea',
      'sub/.DS_Store': '.DS_Store',
      'a.vsix': '*.vsix',
      'a-1.0.0.tgz': '*.tgz',
      'a.js~': '*~',
      '.#a.js': '.#*',
    });
  });

  it('leaves out what a process that was killed while it wrote left of the files that deploying writes', async () => {
    const child = spawnSync(process.execPath, ['--eval', killedWhileWriting], { cwd: folder });
    assert.equal(child.signal, 'SIGKILL', String(child.stderr));
    const kept = ['package.json.template', 'sub/package.json.1'];
    await put(...kept);

    const left = (await readdir(folder)).filter((name) => /\.\d+$/.test(name));
    assert.equal(left.length, 4);
    assert.deepEqual(await plannedPaths(), kept);
  });

  it('keeps a packed package that package.json depends on', async () => {
    await put('lib-1.0.0.tgz', 'old-1.0.0.tgz');
    await writeFile(
      path.join(folder, 'package.json'),
      '{"dependencies":{"lib":"file:./lib-1.0.0.tgz"}}',
    );

    assert.deepEqual(await plannedPaths(), ['lib-1.0.0.tgz', 'package.json']);
  });

  it('follows links that stay inside the folder', async () => {
    await put('lib/a.js');
    await symlink('lib', path.join(folder, 'linked'));
    await symlink('lib/a.js', path.join(folder, 'b.js'));

    const plan = await planBundle(folder);

    assert.deepEqual(
      plan.files.map(({ path: name, size }) => [name, size]),
      [
        ['b.js', 8],
        ['lib/a.js', 8],
        ['linked/a.js', 8],
      ],
    );
    assert.deepEqual(plan.directories, ['lib', 'linked']);
  });

  it('tells why it follows no other link', async () => {
    await put('lib/a.js', '.env', 'node_modules/dep/index.js');
    await writeFile(path.join(scratch, 'secret.txt'), 'outside');
    await mkdir(path.join(scratch, 'orders-2'));
    await symlink('../secret.txt', path.join(folder, 'secret.txt'));
    await symlink('../orders-2', path.join(folder, 'sibling'));
    await symlink('..', path.join(folder, 'up'));
    await symlink('nowhere', path.join(folder, 'dangling'));
    await symlink('loop', path.join(folder, 'loop'));
    await symlink('..', path.join(folder, 'lib/cycle'));
    await symlink('.', path.join(folder, 'lib/self'));
    await symlink('.env', path.join(folder, 'environment'));
    await symlink('node_modules/dep', path.join(folder, 'dep'));

    assert.deepEqual(await plannedPaths(), ['lib/a.js']);
    assert.deepEqual(await excluded(), {
      '.env': '.env*',
      node_modules: 'node_modules',
      'secret.txt': 'link that leaves the folder',
      sibling: 'link that leaves the folder',
      up: 'link that leaves the folder',
      dangling: 'link that leads nowhere',
      loop: 'link that leads nowhere',
      'lib/cycle': 'link to a directory that it is in',
      'lib/self': 'link to a directory that it is in',
      environment: 'link to .env, which is excluded (.env*)',
      dep: 'link to node_modules/dep, which is excluded (node_modules)',
    });
  });

  it('follows no link to what an ignore file leaves out, wherever it stands', async () => {
    await put('private/c.json', 'lib/a.js', 'lib/own/b.js', 'lib/key.txt', 'lib/own/key.txt');
    await writeFile(path.join(folder, '.kinveyignore'), 'private/\nlib/own/b.js\n');
    await writeFile(path.join(folder, 'lib/.kinveyignore'), 'key.txt\n');
    await symlink('private/c.json', path.join(folder, 'c.json'));
    await symlink('private', path.join(folder, 'pub'));
    await symlink('lib/key.txt', path.join(folder, 'copy.txt'));
    await symlink('lib/own', path.join(folder, 'own'));
    const of = (file: string, rule: string) => `link to ${file}, which is excluded (${rule})`;

    assert.deepEqual(
      (await plannedPaths()).filter((name) => !name.endsWith('.kinveyignore')),
      ['lib/a.js'],
    );
    assert.deepEqual(await excluded(), {
      private: 'private/ (.kinveyignore:1)',
      'lib/own/b.js': 'lib/own/b.js (.kinveyignore:2)',
      'lib/key.txt': 'key.txt (lib/.kinveyignore:1)',
      'lib/own/key.txt': 'key.txt (lib/.kinveyignore:1)',
      'c.json': of('private/c.json', 'private/ (.kinveyignore:1)'),
      pub: of('private', 'private/ (.kinveyignore:1)'),
      'copy.txt': of('lib/key.txt', 'key.txt (lib/.kinveyignore:1)'),
      'own/b.js': 'lib/own/b.js (.kinveyignore:2)',
      'own/key.txt': 'key.txt (lib/.kinveyignore:1)',
    });
    const asCli = (await planBundle(folder, { asCli: true })).files.map((file) => file.path);
    assert.ok(['c.json', 'private/c.json', 'copy.txt'].every((name) => asCli.includes(name)));
  });

  it('ends where links lead into each other', async () => {
    await put('a/x.js', 'b/y.js');
    await symlink('../b', path.join(folder, 'a/toB'));
    await symlink('../a', path.join(folder, 'b/toA'));

    assert.deepEqual(await plannedPaths(), ['a/toB/y.js', 'a/x.js', 'b/toA/x.js', 'b/y.js']);
  });

  it('works in a folder that is opened through a link', async () => {
    await put('index.js');
    await symlink('index.js', path.join(folder, 'main.js'));
    await symlink(folder, path.join(scratch, 'link'));

    const plan = await planBundle(path.join(scratch, 'link'));

    assert.deepEqual(
      plan.files.map((file) => file.path),
      ['index.js', 'main.js'],
    );
  });

  it('tells when there is no folder', async () => {
    await assert.rejects(planBundle(path.join(scratch, 'gone')), (error) =>
      isAppError(error, 'noFolder'),
    );
  });

  it('stops when it is cancelled', async () => {
    await assert.rejects(planBundle(folder, { signal: AbortSignal.abort() }), (error) =>
      isAppError(error, 'cancelled'),
    );
  });
});

/** Each of them as the product writes it, none to its end. */
const killedWhileWriting = `
  const writeFileAtomic = require(${JSON.stringify(require.resolve('write-file-atomic'))});
  const names = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', '.kinvey'];
  const begun = names.map((name) => new Promise((begin) => {
    const tmpfileCreated = () => new Promise(() => begin());
    void writeFileAtomic(name, '{}', { tmpfileCreated });
  }));
  void Promise.all(begun).then(() => process.kill(process.pid, 'SIGKILL'));
`;
