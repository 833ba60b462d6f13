import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { readlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { silentLog } from '../../../../src/core/base/log';
import { DependencyStore } from '../../../../src/runtime/builds/dependencyStore';
import { nextMillisecond } from '../../../support/nextMillisecond';
import { useTempFolder } from '../../../support/tempFolder';

describe('DependencyStore', () => {
  const folder = useTempFolder();
  const limits = { dependencyBytes: 100_000, unlockedMs: 60_000 };
  const set = { key: 'a1', isLocked: false, isEmpty: false };
  let store: DependencyStore;

  beforeEach(() => {
    mkdirSync(path.join(folder(), 'store'));
    store = createStore();
  });

  const createStore = (change: Partial<typeof limits> = {}) =>
    new DependencyStore(path.join(folder(), 'store'), { ...limits, ...change }, silentLog);

  /** A service's folder with a package installed some time ago. */
  const install = (name: string, text = 'module.exports = 1;'): string => {
    const service = path.join(folder(), name);
    const modules = path.join(service, 'node_modules');
    mkdirSync(path.join(modules, 'ms'), { recursive: true });
    mkdirSync(path.join(modules, '.bin'));
    writeFileSync(path.join(modules, 'ms/index.js'), text, { mode: 0o755 });
    symlinkSync('../ms/index.js', path.join(modules, '.bin/ms'));
    for (const one of ['ms/index.js', 'ms', '.bin']) utimesSync(path.join(modules, one), 1, 1);
    return service;
  };
  const emptyService = (name: string): string => {
    mkdirSync(path.join(folder(), name));
    return path.join(folder(), name);
  };
  const keep = async (service: string, which: typeof set = set, at = Date.now()) => {
    nextMillisecond();
    store.keep(which, service, at);
    await store.settled();
  };

  it('gives a set that it kept to the next build, files, modes and links, once', async () => {
    const first = install('first');
    const installedAt = Date.now() - 5;
    await keep(first, set, installedAt);
    const second = emptyService('second');

    assert.equal(await store.take(set, second), installedAt);

    const file = path.join(second, 'node_modules/ms/index.js');
    assert.equal(readFileSync(file, 'utf8'), 'module.exports = 1;');
    assert.equal(statSync(file).mode & 0o777, 0o755);
    assert.equal(readlinkSync(path.join(second, 'node_modules/.bin/ms')), '../ms/index.js');
    assert.notEqual(statSync(file).ino, statSync(path.join(first, 'node_modules/ms/index.js')).ino);
    assert.equal(await store.take(set, emptyService('third')), undefined);
  });

  it('gives a set to one of several builds that want it at once', async () => {
    await keep(install('first'));

    const taken = await Promise.all(
      ['a', 'b', 'c'].map((name) => store.take(set, emptyService(name))),
    );

    assert.equal(taken.filter((at) => at !== undefined).length, 1);
  });

  it('waits for a copy that is under way', async () => {
    store.keep(set, install('first'), 1);

    assert.equal(await store.take({ ...set, isLocked: true }, emptyService('second')), 1);
  });

  it('keeps nothing that was written to after it was installed, but for caches', async () => {
    const vandal = install('vandal');
    const soon = new Date(Date.now() + 60_000);
    utimesSync(path.join(vandal, 'node_modules/ms/index.js'), soon, soon);
    await keep(vandal);
    assert.equal(await store.take(set, emptyService('second')), undefined);

    const caching = install('caching');
    mkdirSync(path.join(caching, 'node_modules/.cache'));
    utimesSync(path.join(caching, 'node_modules/.cache'), soon, soon);
    await keep(caching);
    const third = emptyService('third');
    assert.ok(await store.take(set, third));
    assert.ok(!existsSync(path.join(third, 'node_modules/.cache')));
  });

  it('gives an old set only where a lock file says that npm would install the same', async () => {
    const longAgo = Date.now() - 2 * limits.unlockedMs;
    await keep(install('first'), set, longAgo);
    assert.equal(await store.take(set, emptyService('second')), undefined);

    await keep(install('third'), set, longAgo);
    assert.equal(await store.take({ ...set, isLocked: true }, emptyService('fourth')), longAgo);
  });

  it('drops what was not used for longest when all take too much', async () => {
    store = createStore({ dependencyBytes: 75_000 });
    const big = 'x'.repeat(25_000);
    for (const key of ['a', 'b', 'c']) {
      await keep(install(key, big), { ...set, key });
    }

    assert.deepEqual(readdirSync(path.join(folder(), 'store')).sort(), ['b', 'c']);
  });

  it('removes what was left half made, and nothing else', async () => {
    await keep(install('first'));
    mkdirSync(path.join(folder(), 'store/half-1/node_modules'), { recursive: true });

    await store.sweep();

    assert.deepEqual(readdirSync(path.join(folder(), 'store')), [set.key]);
  });

  it('knows nothing of a build whose dependencies cannot be told', async () => {
    const unknown = { isLocked: false, isEmpty: false };
    store.keep(unknown, install('first'), 1);
    await store.settled();

    assert.deepEqual(readdirSync(path.join(folder(), 'store')), []);
    assert.equal(await store.take(unknown, emptyService('second')), undefined);
  });
});
