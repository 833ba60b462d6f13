import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EnvironmentLog } from '../../../../src/runtime/logs/environmentLog';
import { LogDatabase } from '../../../../src/runtime/logs/logDatabase';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

const containerId = Buffer.from('ab'.repeat(32), 'hex');

describe('LogDatabase', () => {
  let folder: string;
  let database: LogDatabase;

  const open = (bytesKept = 1_000_000) => {
    database = new LogDatabase(path.join(folder, 'logs.db'), bytesKept);
  };

  beforeEach(() => {
    folder = createScratchFolder('logs');
    open();
  });

  afterEach(() => {
    database.close();
    removeScratchFolder(folder);
  });

  const fill = (count: number, { id = 'e', first = 0, at = (index: number) => index } = {}) => {
    let dropped = 0;
    database.transaction(() => {
      const log = database.create(id);
      for (let index = first; index < first + count; index++) {
        const message = JSON.stringify(`line ${index}`);
        log.append({ at: at(index), containerId, threshold: null, message });
      }
      dropped = log.dropOldest();
    });
    return dropped;
  };
  const log = (id = 'e'): EnvironmentLog => database.find(id)!;
  const messages = (range: { from?: number; to?: number; limit?: number; page?: number }) =>
    log()
      .page({ limit: 100, page: 1, ...range })
      .map(({ message }) => Number((JSON.parse(message) as string).slice(5)));
  const count = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('answers pages that begin with the oldest, each line on one of them', () => {
    fill(25);

    assert.deepEqual(messages({ limit: 10 }), count(0, 9));
    assert.deepEqual(messages({ limit: 10, page: 2 }), count(10, 19));
    assert.deepEqual(messages({ limit: 10, page: 3 }), count(20, 24));
    assert.deepEqual(messages({ limit: 10, page: 4 }), []);
    assert.deepEqual(messages({ limit: 10, page: 1_000_000_000 }), []);
  });

  it('finds a range by its times, both ends belonging to it, however many lines share one', () => {
    // 0 0 0 10 10 10 20 20 20 …
    fill(300, { at: (index) => Math.floor(index / 3) * 10 });

    assert.deepEqual(messages({ from: 500, to: 510 }), count(150, 155));
    assert.deepEqual(messages({ from: 501, to: 509 }), []);
    assert.deepEqual(messages({ from: 500, to: 520, limit: 4, page: 2 }), count(154, 157));
    assert.deepEqual(messages({ from: 500, to: 520, limit: 4, page: 3 }), [158]);
    assert.deepEqual(messages({ from: 985 }), count(297, 299));
    assert.deepEqual(messages({ to: 9 }), [0, 1, 2]);
    assert.deepEqual(messages({ from: 5_000 }), []);
    assert.deepEqual(messages({ from: 510, to: 500 }), []);
  });

  it('gives ids that grow and tell the environment, and are never given twice', () => {
    fill(300);
    fill(300, { id: 'other' });

    const ids = ['e', 'other'].flatMap((id) =>
      log(id)
        .page({ limit: 1_000, page: 1 })
        .map((line) => line.id),
    );
    assert.equal(new Set(ids).size, 600);
    assert.deepEqual([...ids].sort(), ids);
    assert.ok(ids.every((id) => /^[0-9a-f]{24}$/.test(id)));
  });

  it('goes on counting after it was opened anew, also where the clock was set back', () => {
    fill(3, { at: () => 5_000 });
    database.close();
    open();
    fill(3, { first: 3, at: () => 1_000 });

    const lines = log().page({ limit: 10, page: 1 });

    assert.deepEqual(
      lines.map(({ seq, at }) => [seq, at]),
      count(1, 6).map((seq) => [seq, 5_000]),
    );
    assert.deepEqual(messages({ from: 5_000, to: 5_000 }), count(0, 5));
  });

  it('drops the oldest lines beyond the bytes that are kept, and no others', () => {
    database.close();
    open(10_000);
    const dropped = fill(1_000);

    const kept = messages({ limit: 2_000 });

    assert.equal(kept.length + dropped, 1_000);
    assert.deepEqual(kept, count(dropped, 999));
    // Each line counts with its time and its container.
    assert.ok(kept.length > 100 && kept.length < 150, `${kept.length} lines are kept`);
  });

  it('keeps to its bytes over restarts too', () => {
    database.close();
    open(10_000);
    fill(1_000);
    const before = messages({ limit: 2_000 }).length;
    for (let turn = 1; turn <= 20; turn++) {
      database.close();
      open(10_000);
      fill(10, { first: turn * 1_000 });
    }

    const after = messages({ limit: 2_000 });

    assert.ok(Math.abs(after.length - before) <= 10, `${before} lines, then ${after.length}`);
    assert.deepEqual(after.slice(-10), count(20_000, 20_009));
    assert.deepEqual(messages({ limit: 5, page: 2 }), after.slice(5, 10));
  });

  it('keeps the newest line however large it is', () => {
    database.close();
    open(10);
    fill(3);

    assert.deepEqual(messages({}), [2]);
  });

  it('keeps the environments apart, and removes one for good', () => {
    fill(3);
    fill(2, { id: 'other' });

    database.delete('e');

    assert.equal(database.find('e'), undefined);
    assert.deepEqual(database.listEnvironments(), ['other']);
    assert.equal(log('other').page({ limit: 10, page: 1 }).length, 2);
    fill(1, { first: 9 });
    assert.deepEqual(messages({}), [9]);
  });

  it('knows nothing of lines whose transaction failed', () => {
    fill(2);
    assert.throws(
      () =>
        database.transaction(() => {
          log().append({ at: 9, containerId, threshold: null, message: '"lost"' });
          throw new Error('full');
        }),
      /full/,
    );
    fill(1, { first: 2 });

    assert.deepEqual(messages({}), [0, 1, 2]);
  });

  it('refuses a file that a newer runtime wrote', () => {
    const file = path.join(folder, 'newer.db');
    const connection = new DatabaseSync(file);
    connection.exec('PRAGMA user_version = 99');
    connection.close();

    assert.throws(() => new LogDatabase(file, 1), /newer/);
  });
});
