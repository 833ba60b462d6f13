import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FileMemory } from '../../../../src/core/base/fileMemory';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

describe('FileMemory', () => {
  let folder: string;
  let directory: string;

  beforeEach(() => {
    folder = createScratchFolder('memory');
    directory = path.join(folder, 'not', 'there');
  });
  afterEach(() => removeScratchFolder(folder));

  it('keeps values by any key, for every memory of the directory', async () => {
    const memory = new FileMemory(directory);
    assert.equal(memory.get('/a/b'), undefined);

    await memory.set('/a/b', { one: 1 });
    await memory.set('C:\\a\\b', 'two');

    const other = new FileMemory(directory);
    assert.deepEqual([other.get('/a/b'), other.get('C:\\a\\b')], [{ one: 1 }, 'two']);
    const [file = ''] = readdirSync(directory);
    assert.equal(statSync(path.join(directory, file)).mode & 0o077, 0);
  });

  it('loses no update, however many windows do so at once', async () => {
    const memories = Array.from({ length: 8 }, () => new FileMemory(directory));
    const add = (item: number) => (present: unknown) => [
      ...(Array.isArray(present) ? (present as unknown[]) : []),
      item,
    ];

    const updates = memories.flatMap((memory, index) =>
      [0, 1].map((turn) => memory.update('key', add(2 * index + turn))),
    );
    await Promise.all(updates);

    const all = memories[0]?.get('key') as number[];
    assert.deepEqual(
      all.toSorted((a, b) => a - b),
      Array.from({ length: 16 }, (_, index) => index),
    );
    assert.equal(readdirSync(directory).length, 1);
  });

  it('goes on where a window ended in the middle of an update', async () => {
    const memory = new FileMemory(directory);
    await memory.set('key', 1);
    const [file = ''] = readdirSync(directory);
    // No system gives this id to a process.
    writeFileSync(path.join(directory, `${file}.lock`), `${2 ** 30} window`);

    await memory.set('key', 2);

    assert.equal(memory.get('key'), 2);
    assert.deepEqual(readdirSync(directory), [file]);
  });

  it('does not take for nothing what it cannot read', async () => {
    const memory = new FileMemory(directory);
    await memory.set('key', 1);
    const file = path.join(directory, readdirSync(directory)[0] ?? '');
    rmSync(file);
    mkdirSync(file);

    assert.throws(() => memory.get('key'), { message: /cannot be read \(EISDIR\)/ });
    await assert.rejects(
      memory.update('key', () => assert.fail('it is not known what is there')),
      { code: 'fileInvalid' },
    );
    assert.equal(readdirSync(directory).length, 1, 'no lock is left');
  });

  it('forgets, and leaves no file behind', async () => {
    const memory = new FileMemory(directory);
    await memory.set('key', 1);

    await memory.set('key', undefined);
    await memory.set('never there', undefined);

    assert.equal(memory.get('key'), undefined);
    assert.deepEqual(readdirSync(directory), []);
  });

  it('takes a file that is no JSON for nothing, and keeps it', async () => {
    const memory = new FileMemory(directory);
    await memory.set('key', 1);
    const [file = ''] = readdirSync(directory);
    writeFileSync(path.join(directory, file), '{');
    assert.equal(memory.get('key'), undefined);

    await memory.set('key', 2);

    assert.equal(memory.get('key'), 2);
    assert.equal(readFileSync(path.join(directory, `${file}.broken`), 'utf8'), '{');
  });
});
