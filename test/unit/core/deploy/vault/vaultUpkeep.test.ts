import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { DeploymentRecord } from '../../../../../src/core/deploy/history/deploymentRecord';
import { Vault } from '../../../../../src/core/deploy/vault/vault';
import { collectCopies } from '../../../../../src/core/deploy/vault/vaultUpkeep';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { ordersRecord } from '../ordersRecord';

describe('collectCopies', () => {
  let directory = '';
  let maxBytes = 1_000_000;
  let vault: Vault;
  let hours = 0;

  beforeEach(() => {
    directory = createScratchFolder('vault');
    maxBytes = 1_000_000;
    hours = 100;
    vault = new Vault(directory, () => maxBytes);
  });
  afterEach(() => removeScratchFolder(directory));

  const files = async () => (await readdir(directory, { recursive: true })).sort();

  /** Each an hour after the one before. */
  const sent = async (more: Partial<DeploymentRecord>, bytes = 1_000) => {
    const { folder } = { ...ordersRecord, ...more };
    const content = randomBytes(bytes);
    const bundleHash = createHash('sha256').update(content).digest('hex');
    const writer = vault.writer(folder);
    await writer?.write(content);
    await writer?.keep(bundleHash);
    const name = (await files()).find((one) => one.endsWith(`${bundleHash}.tar.gz`)) ?? '';
    hours -= 1;
    const at = new Date(Date.now() - hours * 60 * 60_000);
    await utimes(path.join(directory, name), at, at);
    const startedAt = at.toISOString();
    return { ...ordersRecord, startedAt, bundleHash, copy: 'kept' as const, ...more };
  };
  const collect = (...newestFirst: DeploymentRecord[]) =>
    collectCopies(vault, newestFirst[0]?.folder ?? '', newestFirst);
  const isKept = ({ folder, bundleHash = '' }: DeploymentRecord) => vault.has(folder, bundleHash);

  it('keeps what serves in each environment, however much came after it', async () => {
    const online = await sent({ outcome: 'online', version: '1.0.0' });
    const lacking = await sent({ outcome: 'incomplete', environmentId: 'test' });
    const failures = [
      await sent({ outcome: 'failed' }),
      await sent({ outcome: 'failed' }),
    ] as const;
    maxBytes = 3_200;

    const told = await collect(failures[1], failures[0], lacking, online);

    assert.deepEqual(told, []);
    const all = [online, lacking, ...failures];
    assert.deepEqual(await Promise.all(all.map(isKept)), [true, true, false, true]);
  });

  it('keeps what another folder brought online while copies of this one are let go', async () => {
    const users = await sent({ folder: '/users', outcome: 'online' });
    await collect(users);
    const old = await sent({ outcome: 'online' });
    const present = await sent({ outcome: 'online' });
    maxBytes = 2_200;

    assert.deepEqual(await collect(present, old), []);

    assert.deepEqual(await Promise.all([users, old, present].map(isKept)), [true, false, true]);
  });

  it('lets go what served before like any other', async () => {
    const before = await sent({ outcome: 'online' });
    await collect(before);
    const present = await sent({ outcome: 'online' });
    const failed = await sent({ outcome: 'failed' });
    maxBytes = 2_200;

    assert.deepEqual(await collect(failed, present, before), []);

    assert.deepEqual(await Promise.all([before, present, failed].map(isKept)), [false, true, true]);
  });

  it('tells what it let go though it serves, where that alone is more than allowed', async () => {
    const small = await sent({ outcome: 'online', environmentId: 'test' });
    const large = await sent({ outcome: 'online', version: '2.0.0' }, 5_000);
    maxBytes = 4_000;

    assert.deepEqual(await collect(large, small), ['orders · Development 2.0.0']);

    assert.deepEqual(await Promise.all([large, small].map(isKept)), [false, true]);
    assert.deepEqual(await collect(large, small), []);
    assert.equal((await files()).filter((name) => name.includes('.')).length, 2);
  });
});
