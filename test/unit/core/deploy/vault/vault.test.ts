import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SentCopy, type SentBundle } from '../../../../../src/core/deploy/vault/sentCopy';
import { Vault } from '../../../../../src/core/deploy/vault/vault';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { failsWith } from '../deployTrial';

const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const hour = 60 * 60_000;
const none = new Map<string, string>();

describe('Vault', () => {
  let directory = '';
  let maxBytes = 1_000_000;
  let vault: Vault;

  beforeEach(() => {
    directory = createScratchFolder('vault');
    maxBytes = 1_000_000;
    vault = new Vault(directory, () => maxBytes);
  });
  afterEach(() => removeScratchFolder(directory));

  /** Sends it and answers what the instance got, and what is known of it then. */
  const send = async (folder: string, content: Buffer, other = vault) => {
    const copy = new SentCopy(other.writer(folder));
    let known: SentBundle | undefined;
    const chunks = Readable.from([content.subarray(0, 10), content.subarray(10)]);
    const sent = copy.of(chunks, async (one) => {
      known = one;
      assert.equal(await other.has(folder, one.bundleHash), one.copy === 'kept');
    });
    return { received: await buffer(sent), known, problem: copy.problem };
  };
  const files = async () => (await readdir(directory, { recursive: true })).sort();
  const fileOf = async (content: Buffer) => {
    const name = (await files()).find((one) => one.endsWith(`${hashOf(content)}.tar.gz`));
    return path.join(directory, name ?? 'none');
  };
  const age = async (content: Buffer, ms: number) => {
    const at = new Date(Date.now() - ms);
    await utimes(await fileOf(content), at, at);
  };

  it('gives back what passed by, which is under its hash before the end is handed on', async () => {
    const content = randomBytes(300_000);

    const { received, known } = await send('/orders', content);

    assert.deepEqual(received, content);
    assert.deepEqual(known, { bundleHash: hashOf(content), copy: 'kept' });
    assert.deepEqual(await buffer(await vault.read('/orders', hashOf(content))), content);
  });

  it('keeps what passed by where its memory is used again at once', async () => {
    // Also small ones, which a compression takes without having looked at them.
    const chunks = Array.from({ length: 20 }, (_, index) => randomBytes(index % 2 ? 100 : 64_000));
    const hash = hashOf(Buffer.concat(chunks));
    maxBytes = 2_000_000;
    const copy = new SentCopy(vault.writer('/orders'));

    for await (const chunk of copy.of(Readable.from(chunks), () => Promise.resolve())) {
      (chunk as Buffer).fill(0);
    }

    assert.equal(hashOf(await buffer(await vault.read('/orders', hash))), hash);
  });

  it('keeps the same bytes once, compressed and for their owner only', async () => {
    const content = Buffer.alloc(100_000, 'all the same ');

    await send('/orders', content);
    await send('/orders', content, new Vault(directory, () => maxBytes));

    assert.equal((await files()).filter((name) => name.includes(path.sep)).length, 1);
    const { size, mode } = await stat(await fileOf(content));
    assert.ok(size < 10_000, String(size));
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600);
  });

  it('keeps two that are sent at the same moment', async () => {
    const content = randomBytes(200_000);

    await Promise.all([send('/orders', content), send('/orders', content)]);

    assert.deepEqual(await buffer(await vault.read('/orders', hashOf(content))), content);
    assert.equal((await files()).filter((name) => name.endsWith('.part')).length, 0);
  });

  it('leaves nothing of what was not sent to its end', async () => {
    const copy = new SentCopy(vault.writer('/orders'));
    const cut = copy.of(Readable.from([randomBytes(100_000), randomBytes(10)]), () =>
      assert.fail('not all was sent'),
    );
    for await (const chunk of cut) {
      assert.ok(chunk);
      break;
    }

    await copy.discard();

    assert.deepEqual(
      (await files()).filter((name) => name.includes('.')),
      [],
    );
  });

  it('hands on every byte where nothing can be written, and tells why', async () => {
    const file = path.join(directory, 'file');
    await writeFile(file, 'no directory');
    const content = randomBytes(100_000);

    const { received, known, problem } = await send(
      '/orders',
      content,
      new Vault(file, () => maxBytes),
    );

    assert.deepEqual(received, content);
    assert.deepEqual(known, { bundleHash: hashOf(content), copy: 'failed' });
    assert.match(String(problem), /ENOTDIR|EEXIST/);
  });

  it('writes nothing where nothing may be kept', async () => {
    maxBytes = 0;
    const content = randomBytes(1_000);

    const { known } = await send('/orders', content);

    assert.deepEqual(known, { bundleHash: hashOf(content) });
    assert.deepEqual(await files(), []);
  });

  it('keeps nothing that is larger than all that may be kept, and says so', async () => {
    maxBytes = 10_000;

    const { known } = await send('/orders', randomBytes(20_000));

    assert.equal(known?.copy, 'large');
    assert.deepEqual(
      (await files()).filter((name) => name.includes('.')),
      [],
    );
  });

  it('says that something is not kept any more', async () => {
    await assert.rejects(vault.read('/orders', 'abc'), failsWith('notFound', /not kept any more/));
  });

  it('collects what no record of the folder refers to, once it is old', async () => {
    const [old, young, referred, foreign] = [1, 2, 3, 4].map(() => randomBytes(100)) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ];
    for (const content of [old, young, referred]) await send('/orders', content);
    await send('/users', foreign);
    for (const content of [old, referred, foreign]) await age(content, 2 * hour);

    await vault.collect('/orders', { referred: new Set([hashOf(referred)]), serving: none });

    assert.equal(await vault.has('/orders', hashOf(old)), false);
    assert.equal(await vault.has('/orders', hashOf(young)), true);
    assert.equal(await vault.has('/orders', hashOf(referred)), true);
    assert.equal(await vault.has('/users', hashOf(foreign)), true);
  });

  it('lets the oldest of all folders go where there is more than allowed', async () => {
    const [first, second, third] = [1, 2, 3].map(() => randomBytes(1_000)) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    await send('/users', first);
    await send('/orders', second);
    await send('/orders', third);
    await age(first, 3 * hour);
    await age(second, 2 * hour);
    maxBytes = 2_500;

    const referred = new Set([hashOf(second), hashOf(third)]);
    await vault.collect('/orders', { referred, serving: none });

    assert.equal(await vault.has('/users', hashOf(first)), false);
    assert.equal(await vault.has('/orders', hashOf(second)), true);
    assert.equal(await vault.has('/orders', hashOf(third)), true);
  });

  it('collects what a window that ended left in the middle, and not what another writes', async () => {
    await send('/orders', randomBytes(10));
    const [own = ''] = await files();
    const id = '6f0c8c5e-0000-4000-8000-000000000000';
    // No system gives a process this id.
    await writeFile(path.join(directory, own, `4194999999-${id}.part`), 'half');
    await writeFile(path.join(directory, own, `${process.pid}-${id}.part`), 'half');

    await vault.collect('/orders', { referred: new Set(), serving: none });

    const parts = (await files()).filter((name) => name.endsWith('.part'));
    assert.deepEqual(parts, [path.join(own, `${process.pid}-${id}.part`)]);
  });
});
