import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isAppError } from '../../../../../src/core/base/errors';
import { createArchive } from '../../../../../src/core/deploy/sending/archive';
import { planBundle, withContents } from '../../../../../src/core/project/bundlePlan';
import { skip } from '../../../../support/skip';
import { unpack } from '../../../../support/unpack';

describe('createArchive', () => {
  let folder = '';
  const put = async (name: string, content: string | Buffer = name) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'flex-archive-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const deep = (length: number) => 'd'.repeat(length);
  const names = [
    'index.js',
    'with space',
    'новый/файл.js',
    'ü.js',
    '😀',
    deep(99),
    deep(100),
    deep(101),
    deep(255),
    `${deep(99)}/${deep(100)}`,
    `${deep(100)}/${deep(101)}`,
    `${deep(155)}/${deep(100)}`,
    `${deep(156)}/${deep(100)}`,
    `${deep(150)}/x`,
    `${deep(80)}/${deep(80)}/${deep(80)}`,
    `${deep(80)}/${deep(74)}/${deep(100)}`,
    `${deep(80)}/${deep(75)}/${deep(100)}`,
    `${deep(250)}/${deep(250)}/${deep(250)}/${deep(225)}`,
    `${deep(250)}/${deep(250)}/${deep(250)}/${deep(250)}`,
    `${deep(50)}/${deep(49)}`,
  ];
  for (const name of names) {
    it(`is exactly as long as planned for a name of ${Buffer.byteLength(name)} bytes: ${name.slice(0, 12)}`, async () => {
      await put(name, 'content');

      const plan = await planBundle(folder);
      const tar = await buffer(createArchive(plan));

      assert.equal(tar.length, plan.tarBytes);
      assert.equal((await unpack(tar)).get(name)?.content, 'content');
    });
  }

  it('is exactly as long as planned for every length of a PAX record around its digits', async () => {
    for (const length of [80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92]) {
      await put(`é${deep(length - 2)}`, '');
    }

    const plan = await planBundle(folder);

    assert.equal((await buffer(createArchive(plan))).length, plan.tarBytes);
  });

  for (const size of [0, 1, 511, 512, 513, 1024, 65_535, 65_536, 65_537, 1_000_000]) {
    it(`is exactly as long as planned for a file of ${size} bytes`, async () => {
      await put('file', 'x'.repeat(size));

      const plan = await planBundle(folder);
      const tar = await buffer(createArchive(plan));

      assert.equal(tar.length, plan.tarBytes);
      assert.equal((await unpack(tar)).get('file')?.content, 'x'.repeat(size));
    });
  }

  for (const size of [0, 513, 65_537, 3_000_000]) {
    it(`holds what is to be sent in place of a file, as long as planned, where that has ${size} bytes`, async () => {
      await put('b.js');
      await put('file', 'y'.repeat(70_000));
      const content = Buffer.alloc(size, 'x');

      const plan = withContents(await planBundle(folder), new Map([['file', content]]));
      const tar = await buffer(createArchive(plan));

      assert.equal(tar.length, plan.tarBytes);
      const entries = await unpack(tar);
      assert.equal(entries.get('file')?.content, content.toString());
      assert.equal(entries.get('b.js')?.content, 'b.js');
    });
  }

  it('holds nothing but its end where the folder is empty', async () => {
    const plan = await planBundle(folder);

    assert.equal(plan.tarBytes, 1024);
    assert.deepEqual(await buffer(createArchive(plan)), Buffer.alloc(1024));
  });

  it('keeps order, permissions and empty directories, and says nothing of who made it', async () => {
    await put('lib/a.js');
    await put('lib-2/b.js');
    await writeFile(path.join(folder, 'run.sh'), 'x', { mode: 0o755 });
    await mkdir(path.join(folder, 'empty', deep(120)), { recursive: true });

    const plan = await planBundle(folder);
    const tar = await buffer(createArchive(plan));
    const entries = await unpack(tar);

    assert.equal(tar.length, plan.tarBytes);
    assert.deepEqual(
      [...entries.keys()],
      ['empty/', `empty/${deep(120)}/`, 'lib-2/', 'lib-2/b.js', 'lib/', 'lib/a.js', 'run.sh'],
    );
    assert.equal(entries.get('run.sh')?.mode, 0o755);
    assert.equal(entries.get('empty/')?.mode, 0o755);
    assert.ok([...entries.values()].every((entry) => entry.uid === 0 && entry.gid === 0));
  });

  it('tells the bytes handed out, up to all of them', async () => {
    await put('a', 'x'.repeat(300_000));
    const plan = await planBundle(folder);
    const sent: number[] = [];

    await buffer(createArchive(plan, (bytes) => sent.push(bytes)));

    assert.ok(sent.length > 2);
    assert.deepEqual(
      sent,
      [...sent].sort((a, b) => a - b),
    );
    assert.equal(sent.at(-1), plan.tarBytes);
  });

  it('reads files only as fast as it is read itself', async () => {
    const size = 96 * 1024;
    const write = async (name: string, letter: string) => {
      await put(name, letter.repeat(size));
      // A file that says that it has changed is not sent.
      await utimes(path.join(folder, name), 1_000, 1_000);
    };
    for (let index = 0; index < 96; index++) {
      await write(`file-${String(index).padStart(2, '0')}`, 'a');
    }
    const plan = await planBundle(folder);
    const archive = createArchive(plan)[Symbol.asyncIterator]();
    const first = await archive.next();
    // Plenty of turns in which a greedy archive would read on.
    for (let turn = 0; turn < 500; turn++) {
      await stat(folder);
    }

    // What was not read yet is now something else: it shows in the tar.
    for (const file of plan.files.slice(8)) {
      await write(file.path, 'b');
    }
    const chunks = [first.value as Buffer];
    for (let next = await archive.next(); !next.done; next = await archive.next()) {
      chunks.push(next.value as Buffer);
    }
    const entries = await unpack(Buffer.concat(chunks));

    assert.equal(entries.get('file-00')?.content, 'a'.repeat(size));
    assert.equal(entries.get('file-08')?.content, 'b'.repeat(size));
    assert.equal(entries.get('file-95')?.content, 'b'.repeat(size));
  });

  const changes: [string, (file: string) => Promise<void>, RegExp][] = [
    ['grew', (file) => appendFile(file, 'more'), /^b\.js changed while the bundle was made/],
    ['shrank', (file) => writeFile(file, ''), /^b\.js changed while/],
    [
      'has other content of the same length',
      async (file) => {
        await writeFile(file, 'B.JS');
        await utimes(file, 1_000, 1_000);
      },
      /^b\.js changed while/,
    ],
    [
      'grew in no time',
      async (file) => {
        const { atime, mtime } = await stat(file);
        await appendFile(file, 'more');
        await utimes(file, atime, mtime);
      },
      /^b\.js changed while/,
    ],
    ['is gone', (file) => unlink(file), /^b\.js cannot be read \(ENOENT\)/],
    [
      'is a folder',
      async (file) => {
        await unlink(file);
        await mkdir(file);
      },
      /^b\.js changed while/,
    ],
  ];
  for (const [change, make, sentence] of changes) {
    for (const instead of [undefined, Buffer.from('other'), Buffer.alloc(70_000)]) {
      const what = instead ? `for which ${instead.length} bytes are sent ` : '';
      it(`ends with an error when a file ${what}${change} after the plan`, async () => {
        await put('a.js');
        await put('b.js');
        await utimes(path.join(folder, 'b.js'), 2_000, 2_000);
        const contents = new Map(instead && [['b.js', instead]]);
        const plan = withContents(await planBundle(folder), contents);
        await make(path.join(folder, 'b.js'));

        await assert.rejects(
          buffer(createArchive(plan)),
          (error) => isAppError(error, 'fileInvalid') && sentence.test(error.message),
        );
      });
    }
  }

  it('ends with an error when a file changes while it is read', async () => {
    await put('big', 'a'.repeat(2_000_000));
    const plan = await planBundle(folder);
    const archive = createArchive(plan)[Symbol.asyncIterator]();
    await archive.next();
    await writeFile(path.join(folder, 'big'), 'a'.repeat(100));

    await assert.rejects(
      async () => {
        while (!(await archive.next()).done);
      },
      (error) => isAppError(error, 'fileInvalid'),
    );
  });

  it('lets go of its file when it is destroyed', async function () {
    if (process.platform !== 'linux') skip(this, 'finds open files in /proc');
    await put('big', 'a'.repeat(2_000_000));
    const archive = createArchive(await planBundle(folder));
    await archive[Symbol.asyncIterator]().next();

    const closed = new Promise((done) => archive.once('close', done));
    archive.destroy();
    await closed;

    const { readdir, readlink } = await import('node:fs/promises');
    const open = async () => {
      const links = (await readdir('/proc/self/fd')).map((fd) =>
        readlink(`/proc/self/fd/${fd}`).catch(() => ''),
      );
      return (await Promise.all(links)).some((link) => link.endsWith('/big'));
    };
    while (await open());
  });

  it('takes a file from before 1970 as it is', async () => {
    await put('old');
    await utimes(path.join(folder, 'old'), 0, 0);

    const plan = await planBundle(folder);

    assert.equal((await buffer(createArchive(plan))).length, plan.tarBytes);
  });
});
