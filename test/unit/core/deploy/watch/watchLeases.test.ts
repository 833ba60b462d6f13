import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { FileMemory } from '../../../../../src/core/base/fileMemory';
import { WatchLeases } from '../../../../../src/core/deploy/watch/watchLeases';
import { createScratchFolder } from '../../../../support/scratchFolder';

describe('WatchLeases', () => {
  const watched = { folder: '/orders', startedAt: '2026-01-02T10:11:12.123Z' };
  /** No system gives it to a process. */
  const gonePid = 2 ** 30;
  let directory: string;
  let now: number;
  const window = (name: string, pid = process.pid) =>
    new WatchLeases(new FileMemory(directory), { pid, window: name }, () => now);

  beforeEach(() => {
    directory = createScratchFolder('leases');
    now = 1_000_000;
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('lets one window watch, until it has released it', async () => {
    assert.equal(await window('one').hold(watched), true);
    assert.equal(await window('two').hold(watched), false);
    await window('two').release(watched);
    assert.equal(await window('two').hold(watched), false);

    await window('one').release(watched);

    assert.equal(await window('two').hold(watched), true);
  });

  it('lets each deployment be watched by another window', async () => {
    assert.equal(await window('one').hold(watched), true);
    assert.equal(await window('two').hold({ ...watched, folder: '/customers' }), true);
  });

  it('lets one of several windows watch that ask at the same moment', async () => {
    const windows = ['one', 'two', 'three'].map((name) => window(name));

    const held = await Promise.all(windows.map((leases) => leases.hold(watched)));

    assert.equal(held.filter(Boolean).length, 1);
  });

  it('lets another window take over what is not renewed, and the first one notice', async () => {
    assert.equal(await window('one').hold(watched), true);
    now += 59_000;
    assert.equal(await window('one').hold(watched), true);
    now += 59_000;
    assert.equal(await window('two').hold(watched), false);
    now += 2_000;

    assert.equal(await window('two').hold(watched), true);
    assert.equal(await window('one').hold(watched), false);
  });

  it('lets another window take over where the clock was set back, and the first one does not renew', async () => {
    assert.equal(await window('one').hold(watched), true);
    now -= 3_600_000;

    assert.equal(await window('two').hold(watched), true);
    assert.equal(await window('one').hold(watched), false);
  });

  it('lets another window take over at once where the process is gone', async () => {
    assert.equal(await window('one', gonePid).hold(watched), true);

    assert.equal(await window('two').hold(watched), true);
  });
});
