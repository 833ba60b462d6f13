import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FileMemory } from '../../../../src/core/base/memory';
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

  it('adds a key once, however many do so at once', async () => {
    const memories = Array.from({ length: 8 }, () => new FileMemory(directory));

    const added = await Promise.all(memories.map((memory, index) => memory.add('key', { index })));

    const winner = added.indexOf(true);
    assert.equal(added.filter(Boolean).length, 1);
    assert.deepEqual(memories[0]?.get('key'), { index: winner });
    assert.equal(readdirSync(directory).length, 1);
    await memories[0].set('key', undefined);
    assert.equal(await memories[1]?.add('key', 'again'), true);
  });

  it('forgets, and leaves no file behind', async () => {
    const memory = new FileMemory(directory);
    await memory.set('key', 1);

    await memory.set('key', undefined);
    await memory.set('never there', undefined);

    assert.equal(memory.get('key'), undefined);
    assert.deepEqual(readdirSync(directory), []);
  });

  it('takes a file that is no JSON for nothing', async () => {
    const memory = new FileMemory(directory);
    await memory.set('key', 1);
    const [file = ''] = readdirSync(directory);
    writeFileSync(path.join(directory, file), '{');

    assert.equal(memory.get('key'), undefined);
  });
});
