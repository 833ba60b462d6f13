import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, Header, Pax, type HeaderData } from 'tar';
import { unpack } from '../../../../src/runtime/builds/unpack';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

/** One entry as any tool might write it, also one that no honest tool would. */
function entry(fields: HeaderData, content = ''): Buffer {
  const block = Buffer.alloc(512);
  const header = new Header({ mode: 0o644, size: content.length, type: 'File', ...fields });
  header.encode(block);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([block, Buffer.from(content), padding]);
}

/** For a header that was changed by hand. */
function withChecksum(block: Buffer): Buffer {
  block.fill(' ', 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

const end = Buffer.alloc(1_024);

describe('unpack', () => {
  let scratch: string;
  let target: string;

  beforeEach(() => {
    scratch = createScratchFolder('unpack');
    target = path.join(scratch, 'target');
    mkdirSync(target);
  });

  afterEach(() => removeScratchFolder(scratch));

  async function unpackBytes(...blocks: Buffer[]): Promise<void> {
    const archive = path.join(scratch, 'archive.tar');
    writeFileSync(archive, Buffer.concat(blocks));
    await unpack(archive, target);
  }

  async function refuses(reason: RegExp, ...blocks: Buffer[]): Promise<void> {
    await assert.rejects(unpackBytes(...blocks), { code: 'deployFailed', message: reason });
    assert.deepEqual(readdirSync(target), [], 'nothing is written');
    assert.deepEqual(readdirSync(scratch).sort(), ['archive.tar', 'target']);
  }

  it('unpacks files, folders, executables and long names', async () => {
    const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'ü'.repeat(60)}.js`;
    const source = path.join(scratch, 'source');
    mkdirSync(path.join(source, path.dirname(long)), { recursive: true });
    mkdirSync(path.join(source, 'empty'));
    writeFileSync(path.join(source, 'index.js'), 'code');
    writeFileSync(path.join(source, 'run.sh'), 'run', { mode: 0o755 });
    writeFileSync(path.join(source, long), 'long');
    const pack = create({ cwd: source, sync: true }, readdirSync(source));

    await unpackBytes(pack.read() ?? end);

    assert.equal(readFileSync(path.join(target, 'index.js'), 'utf8'), 'code');
    assert.equal(readFileSync(path.join(target, long), 'utf8'), 'long');
    assert.ok(statSync(path.join(target, 'empty')).isDirectory());
    assert.ok((statSync(path.join(target, 'run.sh')).mode & 0o100) !== 0);
  });

  it('takes no mode that locks a folder or lends an identity', async () => {
    await unpackBytes(
      entry({ path: 'locked/', type: 'Directory', mode: 0 }),
      entry({ path: 'locked/file', mode: 0o4755 }, 'x'),
      end,
    );

    assert.equal(statSync(path.join(target, 'locked')).mode & 0o7777, 0o700);
    assert.equal(statSync(path.join(target, 'locked/file')).mode & 0o7077, 0);
  });

  it('refuses absolute paths', async () => {
    await refuses(/"\/tmp\/evil" is an absolute path/, entry({ path: '/tmp/evil' }, 'x'), end);
    await refuses(/is an absolute path/, entry({ path: 'C:\\evil' }, 'x'), end);
    assert.equal(existsSync('/tmp/evil'), false);
  });

  it('refuses paths that leave the folder', async () => {
    for (const evil of ['../evil', 'a/../../evil', 'a\\..\\..\\evil', '..']) {
      await refuses(/is not a path inside the bundle/, entry({ path: evil }, 'x'), end);
    }
  });

  it('refuses such a path in a PAX header too', async () => {
    const pax = new Pax({ path: '../evil' }).encode();

    await refuses(/"\.\.\/evil" is not a path inside/, pax, entry({ path: 'good' }, 'x'), end);
  });

  it('refuses links and devices', async () => {
    const types = ['SymbolicLink', 'Link', 'CharacterDevice', 'BlockDevice', 'FIFO'] as const;
    for (const type of types) {
      const linkpath = type.endsWith('Link') ? '/etc/passwd' : undefined;
      const odd = entry({ path: 'odd', type, linkpath });
      await refuses(new RegExp(`"odd" is a ${type}`), entry({ path: 'good' }, 'x'), odd, end);
    }
  });

  it('refuses too many entries', async () => {
    const many = Array.from({ length: 20_001 }, (_, index) => entry({ path: `f${index}` }));

    await refuses(/more than 20000 entries/, ...many, end);
  });

  it('refuses a name that is there twice', async () => {
    const pax = new Pax({ path: 'good' }).encode();

    await refuses(
      /"\.\/good" is there twice/,
      entry({ path: 'good' }, 'x'),
      entry({ path: './good' }, 'y'),
      end,
    );
    await refuses(
      /"good" is there twice/,
      entry({ path: 'good' }, 'x'),
      pax,
      entry({ path: 'other' }, 'y'),
      end,
    );
  });

  it('refuses a name that no file system takes', async () => {
    const pax = new Pax({ path: 'x'.repeat(300) }).encode();

    await refuses(/has a name of more than 255 bytes/, pax, entry({ path: 'good' }, 'x'), end);
  });

  it('refuses a global header that renames, and takes one that comments', async () => {
    const renaming = new Pax({ path: 'all' }, true).encode();
    const comment = new Pax({ comment: 'made by git' }, true).encode();

    await refuses(/global header/, renaming, entry({ path: 'good' }, 'x'), end);
    await unpackBytes(comment, entry({ path: 'good' }, 'x'), end);
    assert.equal(readFileSync(path.join(target, 'good'), 'utf8'), 'x');
  });

  it('unpacks nothing of what follows the end', async () => {
    const good = entry({ path: 'good' }, 'x');

    await unpackBytes(good, end, entry({ path: '../late' }, 'y'), Buffer.from('garbage'), end);

    assert.deepEqual(readdirSync(target), ['good']);
    assert.deepEqual(readdirSync(scratch).sort(), ['archive.tar', 'target']);
  });

  it('refuses kinds of entries that the parser passes over', async () => {
    const odd = entry({ path: 'odd', type: 'SparseFile' });
    const huge = new Pax({ path: 'x'.repeat(70_000) }).encode();

    await refuses(/only files and folders/, entry({ path: 'good' }, 'x'), odd, end);
    await refuses(/only files and folders/, huge, entry({ path: 'good' }, 'x'), end);
  });

  it('refuses a size beyond all numbers, and takes one below zero for none', async () => {
    const sized = (first: number, second: number, rest: number) => {
      const block = entry({ path: 'odd' });
      block.fill(rest, 124, 136).set([first, second], 124);
      return withChecksum(block);
    };
    const good = entry({ path: 'good' }, 'x');

    await refuses(/archive was refused/, sized(0x80, 0x7f, 0), good, end);
    await unpackBytes(sized(0xff, 0xff, 0xff), good, end);
    assert.equal(readFileSync(path.join(target, 'odd'), 'utf8'), '');
    assert.equal(readFileSync(path.join(target, 'good'), 'utf8'), 'x');
  });

  it('refuses an entry that claims to be larger than the archive', async () => {
    await refuses(/archive was refused/, entry({ path: 'huge', size: 1e11 }), end);
  });

  it('refuses what is compressed, cut off, empty or no tar at all', async () => {
    const good = entry({ path: 'good' }, 'x'.repeat(2_000));

    await refuses(/not an uncompressed tar/, gzipSync(Buffer.concat([good, end])));
    await refuses(/cannot be read/, good.subarray(0, 1_024));
    await refuses(/not an uncompressed tar/, Buffer.alloc(0));
    await refuses(/not an uncompressed tar/, Buffer.from('nonsense'.repeat(500)));
    await refuses(/archive was refused/, Buffer.concat([good.subarray(0, 512).fill(65, 148, 154)]));
  });
});
