import assert from 'node:assert/strict';
import type { LogEntry, LogQuery } from '../../../../src/core/kinvey/apiTypes';
import { LogCursor, type LogCursorOptions } from '../../../../src/core/logs/logCursor';

const epoch = Date.parse('2026-01-02T03:00:00.000Z');
const iso = (time: number) => new Date(time).toISOString();

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** Serves logs in pages as an instance does, in either order, at its own time. */
class FakeLogs {
  readonly stored: { time: number; entry: LogEntry }[] = [];
  now = epoch;

  constructor(private readonly newestFirst: boolean) {}

  add(time: number): void {
    const _id = String(this.stored.length);
    const entry = { _id, containerId: 'c', timestamp: iso(time), threshold: null };
    this.stored.push({ time, entry });
  }

  /** With the last entry twice, where that is wanted. */
  page({ from, limit = 100, page = 1 }: LogQuery, duplicate = false): LogEntry[] {
    const since = Date.parse(from ?? '');
    const found = this.stored
      .filter(({ time }) => time >= since)
      .sort((one, other) => one.time - other.time);
    const ordered = this.newestFirst ? found.reverse() : found;
    const entries = ordered.slice((page - 1) * limit, page * limit).map(({ entry }) => entry);
    return duplicate ? [...entries, ...entries.slice(-1)] : entries;
  }
}

describe('LogCursor', () => {
  const overlapMs = 1_000;
  const pageSize = 5;

  function createCursor(logs: FakeLogs, options: LogCursorOptions = {}): LogCursor {
    return new LogCursor(iso(epoch), { overlapMs, pageSize, now: () => logs.now, ...options });
  }

  /** Asks until it is no longer behind. */
  function sweep(cursor: LogCursor, logs: FakeLogs): string[] {
    const ids: string[] = [];
    for (;;) {
      const { fresh, behind } = cursor.accept(logs.page(cursor.query()));
      ids.push(...fresh.map(({ _id }) => _id));
      if (!behind) {
        return ids;
      }
    }
  }

  it('begins where it is told, and asks the same until it is answered', () => {
    const cursor = new LogCursor('2026-01-02');

    assert.deepEqual(cursor.query(), { from: '2026-01-02', limit: 1_000 });
    assert.deepEqual(cursor.query(), { from: '2026-01-02', limit: 1_000 });
  });

  it('stays there while nothing comes', () => {
    const cursor = new LogCursor(iso(epoch));

    assert.deepEqual(cursor.accept([]), { fresh: [], behind: false });
    assert.equal(cursor.query().from, iso(epoch));
  });

  it('turns the pages of a burst within one millisecond, longer than a page', () => {
    const logs = new FakeLogs(false);
    const cursor = createCursor(logs);
    logs.now += 5_000;
    for (let count = 0; count < 13; count += 1) {
      logs.add(epoch + 4_000);
    }

    const [first, second, third] = [1, 2, 3].map(() => {
      const { page } = cursor.query();
      const { fresh, behind } = cursor.accept(logs.page(cursor.query()));
      return { page, count: fresh.length, behind };
    });

    assert.deepEqual(first, { page: undefined, count: 5, behind: true });
    assert.deepEqual(second, { page: 2, count: 5, behind: true });
    assert.deepEqual(third, { page: 3, count: 3, behind: false });
    assert.deepEqual(sweep(cursor, logs), []);
  });

  it('answers the entries of a page by time', () => {
    const logs = new FakeLogs(true);
    const cursor = createCursor(logs);
    logs.now += 100;
    for (const time of [30, 10, 20]) {
      logs.add(epoch + time);
    }

    assert.deepEqual(sweep(cursor, logs), ['1', '2', '0']);
  });

  it('goes on with the next sweep an overlap before the newest entry', () => {
    const logs = new FakeLogs(false);
    const cursor = createCursor(logs);
    logs.now += 60_000;
    logs.add(epoch + 50_000);
    sweep(cursor, logs);

    assert.equal(cursor.query().from, iso(epoch + 50_000 - overlapMs));
    logs.add(epoch + 50_000 - overlapMs);
    assert.deepEqual(sweep(cursor, logs), ['1']);
  });

  it('is not led into the future by a container whose clock is ahead', () => {
    const logs = new FakeLogs(false);
    const cursor = createCursor(logs);
    logs.now += 10_000;
    logs.add(epoch + 3_600_000);
    assert.deepEqual(sweep(cursor, logs), ['0']);
    logs.now += 1_000;
    logs.add(logs.now);

    assert.deepEqual(sweep(cursor, logs), ['1']);
  });

  it('forgets ids that no page can hold any more', () => {
    const logs = new FakeLogs(false);
    const cursor = createCursor(logs, { remembered: 20 });
    for (let count = 0; count < 2_000; count += 1) {
      logs.now += 1_000;
      logs.add(logs.now);
    }
    assert.equal(sweep(cursor, logs).length, 2_000);

    const kept = JSON.stringify(cursor, (_key, value: unknown) =>
      value instanceof Map ? value.size : value,
    );
    const { known, swept } = JSON.parse(kept) as Record<string, number>;

    assert.ok((known ?? 0) < 10 && swept === 0, kept);
  });

  for (const newestFirst of [false, true]) {
    const order = newestFirst ? 'newest' : 'oldest';

    it(`loses nothing and repeats nothing, pages with the ${order} first`, () => {
      for (let seed = 1; seed <= 100; seed += 1) {
        followAtRandom(seed, newestFirst);
      }
    });
  }

  /** Bursts, late entries, repeated ones, clients that fall behind: all of it, at every point of a sweep. */
  function followAtRandom(seed: number, newestFirst: boolean): void {
    const random = seeded(seed);
    const logs = new FakeLogs(newestFirst);
    const cursor = createCursor(logs);
    const seen: string[] = [];
    const happen = () => {
      logs.now += random(4) === 0 ? random(5_000) : random(50);
      const burst = random(6) === 0 ? random(4 * pageSize) : random(3);
      const time = logs.now - (random(3) === 0 ? random(overlapMs) : 0);
      for (let count = 0; count < burst; count += 1) {
        const spread = random(2) === 0 ? 0 : random(40);
        logs.add(Math.max(epoch, logs.now - overlapMs, time - spread));
      }
    };
    const ask = () => {
      // A question that fails is asked again.
      const query = random(5) === 0 ? (cursor.query(), happen(), cursor.query()) : cursor.query();
      const entries = logs.page(query, random(4) === 0);
      happen();
      const { fresh, behind } = cursor.accept(entries);
      seen.push(...fresh.map(({ _id }) => _id));
      return behind;
    };

    for (let round = 0; round < 60; round += 1) {
      happen();
      ask();
    }
    for (let calm = 0; calm < 3; calm += 1) {
      seen.push(...sweep(cursor, logs));
    }

    assert.equal(new Set(seen).size, seen.length, `seed ${seed}: something twice`);
    assert.equal(seen.length, logs.stored.length, `seed ${seed}: something lost`);
  }
});
