import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { toEntryId, type StoredLine } from './storedLine';

/** One line on its way into a log. */
export interface NewLine {
  /** Milliseconds since 1970; a clock that was set back does not make the log go back. */
  readonly at: number;
  readonly containerId: Uint8Array;
  readonly threshold: string | null;
  /** JSON. */
  readonly message: string;
}

export interface LogRange {
  /** Milliseconds since 1970; both ends belong to the range. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  /** Counted from 1, the oldest. */
  readonly page: number;
}

/** What a line takes beside its message, roughly: time, container and SQLite's own. */
const lineOverhead = 64;
/** Dropping is done at once for this share of what is kept, not again for each line. */
const droppedShare = 0.05;

/**
 * The lines of one service environment in a table of their own. `seq` counts without gaps and `at`
 * never falls, so a page is a range of `seq`, and a time is found by halving: no index is kept and
 * nothing is counted. `total` sums up the bytes of all lines so far: what is kept is the
 * difference of two of them.
 */
export class EnvironmentLog {
  private readonly insert: StatementSync;
  private readonly atOf: StatementSync;
  private readonly totalOf: StatementSync;
  private readonly between: StatementSync;
  private readonly table: string;
  /** Of the oldest line that is kept; one more than `last` where there is none. */
  private first: number;
  private last: number;
  private lastAt: number;
  private firstTotal: number;
  private lastTotal: number;

  constructor(
    private readonly connection: DatabaseSync,
    readonly number: number,
    private readonly bytesKept: number,
  ) {
    this.table = tableOf(number);
    this.insert = connection.prepare(`INSERT INTO ${this.table} VALUES (?, ?, ?, ?, ?, ?)`);
    this.atOf = connection.prepare(`SELECT at FROM ${this.table} WHERE seq = ?`);
    this.totalOf = connection.prepare(`SELECT total FROM ${this.table} WHERE seq = ?`);
    this.between = connection.prepare(
      `SELECT seq, at, container, threshold, message FROM ${this.table} WHERE seq BETWEEN ? AND ? ORDER BY seq`,
    );
    const oldest = this.end('ASC');
    const newest = this.end('DESC');
    this.first = oldest?.seq ?? 1;
    this.firstTotal = oldest?.total ?? 0;
    this.last = newest?.seq ?? 0;
    this.lastTotal = newest?.total ?? 0;
    this.lastAt = newest?.at ?? 0;
  }

  static schema(number: number): string {
    return `CREATE TABLE ${tableOf(number)} (
      seq INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      total INTEGER NOT NULL,
      container BLOB NOT NULL,
      threshold TEXT,
      message TEXT NOT NULL
    ) STRICT`;
  }

  /** Of the newest line; 0 where there is none. */
  get newest(): number {
    return this.last;
  }

  /** Of the oldest line that is kept; one more than `newest` where there is none. */
  get oldest(): number {
    return this.first;
  }

  append({ at, containerId, threshold, message }: NewLine): void {
    this.last += 1;
    this.lastAt = Math.max(this.lastAt, at);
    this.lastTotal += Buffer.byteLength(message) + lineOverhead;
    const { last, lastAt, lastTotal } = this;
    this.insert.run(last, lastAt, lastTotal, containerId, threshold, message);
  }

  /** Keeps to the bytes that may be kept; answers how many of the oldest lines were dropped. */
  dropOldest(): number {
    if (this.lastTotal - this.firstTotal <= this.bytesKept) {
      return 0;
    }
    const goal = this.lastTotal - this.bytesKept * (1 - droppedShare);
    const cut = Math.min(
      this.search((seq) => this.read(this.totalOf, seq) > goal),
      this.last,
    );
    this.connection.prepare(`DELETE FROM ${this.table} WHERE seq < ?`).run(cut);
    const dropped = cut - this.first;
    this.first = cut;
    this.firstTotal = this.read(this.totalOf, cut);
    return dropped;
  }

  /** One page of a range, ascending. */
  page({ from = 0, to = Number.MAX_SAFE_INTEGER, limit, page }: LogRange): StoredLine[] {
    const start = this.firstFrom(from) + (page - 1) * limit;
    const end = Math.min(start + limit, this.firstFrom(to + 1)) - 1;
    return this.between.all(start, end).map((row) => this.toLine(row));
  }

  /** The lines from `seq` on, one after the other; whoever reads them stops when it has enough. */
  *from(seq: number, limit: number): Generator<StoredLine> {
    const start = Math.max(seq, this.first);
    for (const row of this.between.iterate(start, start + limit - 1)) {
      yield this.toLine(row);
    }
  }

  /** The `seq` of the first line that is not before a time; one more than the last if there is none. */
  firstFrom(at: number): number {
    return this.lastAt < at ? this.last + 1 : this.search((seq) => this.read(this.atOf, seq) >= at);
  }

  drop(): void {
    this.connection.exec(`DROP TABLE ${this.table}`);
  }

  /** Halves the range until it has the first line for which `isAtOrAfter` holds. */
  private search(isAtOrAfter: (seq: number) => boolean): number {
    let [low, high] = [this.first, this.last + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isAtOrAfter(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private read(statement: StatementSync, seq: number): number {
    const row = statement.get(seq);
    return Number(row?.at ?? row?.total ?? 0);
  }

  private end(order: 'ASC' | 'DESC') {
    const row = this.connection
      .prepare(`SELECT seq, at, total FROM ${this.table} ORDER BY seq ${order} LIMIT 1`)
      .get();
    return row && { seq: Number(row.seq), at: Number(row.at), total: Number(row.total) };
  }

  private toLine(row: ReturnType<StatementSync['all']>[number]): StoredLine {
    return {
      id: toEntryId(this.number, Number(row.seq)),
      seq: Number(row.seq),
      at: Number(row.at),
      containerId: Buffer.from(row.container as Uint8Array).toString('hex'),
      threshold: row.threshold as string | null,
      message: row.message as string,
    };
  }
}

function tableOf(number: number): string {
  return `lines_${number}`;
}
