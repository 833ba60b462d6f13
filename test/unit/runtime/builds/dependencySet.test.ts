import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  readDependencySet,
  type DependencySet,
} from '../../../../src/runtime/builds/dependencySet';
import { useTempFolder } from '../../../support/tempFolder';

describe('readDependencySet', () => {
  const folder = useTempFolder();
  const plain = { name: 'orders', version: '1.0.0', dependencies: { ms: '^2.0.0' } };
  const lock = {
    name: 'orders',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: { '': { name: 'orders', version: '1.0.0' }, 'node_modules/ms': { version: '2.1.0' } },
  };

  const read = (manifest: object, files: Record<string, object | string> = {}, node = 24) => {
    for (const [name, content] of Object.entries(files)) {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      writeFileSync(path.join(folder(), name), text);
    }
    return readDependencySet(folder(), { ...manifest }, node);
  };
  const keyOf = async (...args: Parameters<typeof read>): Promise<string | undefined> =>
    (await read(...args)).key;

  it('has one key for whatever does not change the dependencies', async () => {
    const key = await keyOf(plain);

    assert.ok(key);
    assert.equal(await keyOf({ ...plain, version: '1.0.1', scripts: { start: 'x' } }), key);
    assert.equal(await keyOf({ ...plain, devDependencies: { mocha: '1.0.0' } }), key);
  });

  it('has one key for a lock file whose version of the service alone has changed', async () => {
    const key = await keyOf(plain, { 'package-lock.json': lock });
    const packages = { ...lock.packages, '': { name: 'orders', version: '1.0.1' } };

    const bumped = { ...lock, version: '1.0.1', packages };
    assert.equal(await keyOf(plain, { 'package-lock.json': bumped }), key);
  });

  it('has another key for each thing that decides what npm installs', async () => {
    const later = { ...lock.packages, 'node_modules/ms': { version: '2.1.1' } };
    const keys = [
      await keyOf(plain),
      await keyOf(plain, {}, 12),
      await keyOf({ ...plain, dependencies: { ms: '^2.1.0' } }),
      await keyOf({ ...plain, optionalDependencies: { b: '1.0.0' } }),
      await keyOf({ ...plain, peerDependencies: { b: '1.0.0' } }),
      await keyOf({ ...plain, overrides: { b: '1.0.0' } }),
      await keyOf({ ...plain, engines: { node: '12' } }),
      await keyOf(plain, { '.npmrc': 'legacy-peer-deps=true' }),
      await keyOf(plain, { 'package-lock.json': lock }),
      await keyOf(plain, { 'package-lock.json': { ...lock, packages: later } }),
      await keyOf(plain, { 'npm-shrinkwrap.json': lock }),
      await keyOf(plain, { 'package-lock.json': 'no JSON' }),
    ];

    assert.equal(new Set(keys).size, keys.length);
    assert.ok(!keys.includes(undefined));
  });

  it('tells whether a lock file is there, and whether there is nothing to install', async () => {
    const facts = ({ isLocked, isEmpty }: DependencySet) => ({ isLocked, isEmpty });

    assert.deepEqual(facts(await read(plain)), { isLocked: false, isEmpty: false });
    assert.deepEqual(facts(await read({ devDependencies: { mocha: '1.0.0' } })), {
      isLocked: false,
      isEmpty: true,
    });
    assert.deepEqual(facts(await read({ scripts: { postinstall: 'x' } })), {
      isLocked: false,
      isEmpty: false,
    });
    assert.equal((await read(plain, { 'package-lock.json': lock })).isLocked, true);
  });

  for (const [what, manifest] of [
    ['an install script of its own', { ...plain, scripts: { postinstall: 'make' } }],
    ['workspaces', { ...plain, workspaces: ['lib'] }],
    ['a folder of the bundle', { dependencies: { lib: 'file:./lib' } }],
    ['a path', { dependencies: { lib: '../lib' } }],
    ['a package in the bundle', { optionalDependencies: { lib: 'lib-1.0.0.tgz' } }],
    ['an override by a folder', { ...plain, overrides: { ms: { '.': 'file:ms' } } }],
  ] as const) {
    it(`has no key with ${what}`, async () => {
      assert.equal(await keyOf(manifest), undefined);
    });
  }

  it('has no key with a native module of its own, node_modules or a lock file that links', async () => {
    const link = { ...lock, packages: { 'node_modules/lib': { resolved: 'lib', link: true } } };
    assert.equal(await keyOf(plain, { 'package-lock.json': link }), undefined);
    assert.equal(await keyOf(plain, { 'package-lock.json': lock, 'binding.gyp': '{}' }), undefined);
    mkdirSync(path.join(folder(), 'node_modules'));
    assert.equal(await keyOf(plain, {}), undefined);
  });

  it('has a key for what is on a server, in a repository or under an alias', async () => {
    const dependencies = {
      a: 'https://example.com/a.tgz',
      b: 'git+ssh://git@example.com/b.git#v1',
      c: 'someone/c',
      d: 'npm:ms@^2.0.0',
    };
    assert.ok(await keyOf({ dependencies }));
  });
});
