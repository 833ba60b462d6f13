import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Vault } from '../../../../../src/core/deploy/vault/vault';
import { underFileLimit } from '../../../../support/fileLimit';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { skip } from '../../../../support/skip';
import { createSmallDisk } from '../../../../support/smallDisk';
import { answer, parseUpload } from '../../../../support/scriptedInstance';
import { DeployTrial, failsWith, online } from '../deployTrial';

describe('the record of a deploy', () => {
  let trial: DeployTrial;
  let directory = '';
  let vault: Vault;

  beforeEach(async () => {
    trial = await DeployTrial.start();
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    directory = createScratchFolder('vault');
    vault = new Vault(directory, () => 1_000_000);
  });
  afterEach(() => {
    trial.end();
    removeScratchFolder(directory);
  });

  const sentHash = () => {
    const { tar = Buffer.alloc(0) } = trial.instance.uploads[0] ?? {};
    return createHash('sha256').update(tar).digest('hex');
  };

  it('names what was sent by its hash, which is kept', async () => {
    const commit = { id: '0123456789abcdef0123456789abcdef01234567', isChanged: true };

    await trial.deploy({ vault, commit });

    const { bundleHash, copy, commit: told, outcome } = trial.last ?? {};
    assert.deepEqual([bundleHash, copy, outcome], [sentHash(), 'kept', 'online']);
    assert.deepEqual(told, commit);
    const kept = await buffer(await vault.read(trial.folder, sentHash()));
    assert.deepEqual(kept, trial.instance.uploads[0]?.tar);
  });

  it('is complete before the instance answers', async () => {
    let known: unknown;
    trial.instance.receive = async (request, response) => {
      parseUpload(await buffer(request), request.headers['content-type'] ?? '');
      const {
        bundleHash = '',
        copy,
        version,
      } = trial.core.records.pending.of(trial.folder)?.record ?? {};
      known = [copy, version, await vault.has(trial.folder, bundleHash)];
      answer(response, 202, { job: 'job-1' });
    };

    await trial.deploy({ vault });

    assert.deepEqual(known, ['kept', '1.0.1', true]);
  });

  it('says that nothing was kept of what may hold secrets', async () => {
    await trial.deploy({ vault, hasLeaks: true });

    const { bundleHash, copy } = trial.last ?? {};
    assert.deepEqual([bundleHash, copy], [sentHash(), 'leaks']);
    assert.equal(await vault.has(trial.folder, sentHash()), false);
  });

  it('says that a copy could not be written, which the log tells once and no deploy minds', async () => {
    const file = path.join(directory, 'file');
    await writeFile(file, 'no directory');

    const { outcome } = await trial.deploy({ vault: new Vault(file, () => 1_000_000) });

    assert.equal(outcome, 'online');
    assert.deepEqual([trial.last?.bundleHash, trial.last?.copy], [sentHash(), 'failed']);
    assert.equal(trial.logged.match(/no copy is kept/g)?.length, 1);
  });

  /** Of a deploy to whose copy the disk says no in the middle, with this code. */
  const assertUnharmed = async (vaultFolder: string, code: string) => {
    for (let part = 0; part < 12; part += 1) {
      await trial.write(`${part}.bin`, randomBytes(50_000));
    }

    const { outcome } = await trial.deploy({ vault: new Vault(vaultFolder, () => 10_000_000) });

    assert.equal(outcome, 'online');
    assert.deepEqual([trial.last?.bundleHash, trial.last?.copy], [sentHash(), 'failed']);
    assert.equal(trial.logged.split(`no copy is kept: ${code}`).length, 2);
    const left = await readdir(vaultFolder, { recursive: true });
    assert.equal(left.filter((name) => /\.(?:part|gz)$/.test(name)).length, 0);
  };

  it('is not harmed by a disk that is full in the middle, on which nothing is left', async function () {
    const disk = createSmallDisk(64);
    if (!disk) skip(this, 'this system lets nobody mount a disk');
    try {
      await trial.rememberIn(path.join(disk.folder, 'deployments'));
      await assertUnharmed(disk.folder, 'ENOSPC');
    } finally {
      disk.remove();
    }
  });

  it('is not harmed by a disk that takes no more of a file, on which nothing is left', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has no limit to the size of a file');
    if (underFileLimit(this, __filename)) {
      await assertUnharmed(directory, 'EFBIG');
    }
  });

  it('goes on to the end where the disk is full when there is a job', async function () {
    const disk = createSmallDisk(64);
    if (!disk) skip(this, 'this system lets nobody mount a disk');
    trial.instance.receive = async (request, response) => {
      await buffer(request);
      await fill(disk.folder);
      answer(response, 202, { job: 'job-1' });
    };
    const over: (string | undefined)[] = [];
    try {
      await trial.rememberIn(path.join(disk.folder, 'deployments'));
      trial.core.deployments.onDidEnd(({ outcome }) => over.push(outcome));

      const { outcome } = await trial.deploy();

      assert.deepEqual([outcome, over], ['online', ['online']]);
      assert.match(await trial.read('package.json'), /"1\.0\.1"/);
      assert.match(trial.logged, /is not remembered: .*\(ENOSPC\)/);
    } finally {
      disk.remove();
    }
  });

  it('says where nothing can be written before anything is sent, and sends nothing', async function () {
    const disk = createSmallDisk(64);
    if (!disk) skip(this, 'this system lets nobody mount a disk');
    try {
      await trial.rememberIn(path.join(disk.folder, 'deployments'));
      await fill(disk.folder);

      await assert.rejects(
        trial.deploy(),
        failsWith('fileInvalid', /cannot be written \(ENOSPC\)/),
      );

      assert.deepEqual(trial.instance.uploads, []);
      await trial.assertRestored();
    } finally {
      disk.remove();
    }
  });

  it('leaves no copy that nothing refers to where the upload is cut', async () => {
    await trial.write('large.js', 'x'.repeat(3_000_000));
    trial.instance.receive = (request) => {
      request.once('data', () => request.socket.destroy());
    };

    await assert.rejects(trial.deploy({ vault }), failsWith('unreachable', /./));

    assert.equal(trial.core.records.pending.of(trial.folder), undefined);
    const left = await readdir(directory, { recursive: true });
    assert.deepEqual(
      left.filter((name) => name.includes('.')),
      [],
    );
  });

  it('keeps the note that a person wrote while it went on, until it is taken away', async () => {
    trial.core.records.onDidChange((record) => {
      if (record.outcome === undefined && record.note === undefined) {
        void trial.core.records.setNote(record, 'before the sale');
      }
    });
    await trial.deploy();
    assert.equal(trial.last?.note, 'before the sale');
    assert.equal(trial.last.outcome, 'online');

    await trial.core.records.setNote(trial.last, '');

    assert.equal(trial.last.note, undefined);
  });
});

/** Until there is not a byte left. */
async function fill(folder: string): Promise<void> {
  const isFull = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOSPC';
  await assert.rejects(writeFile(path.join(folder, 'filling'), Buffer.alloc(1_000_000)), isFull);
}
