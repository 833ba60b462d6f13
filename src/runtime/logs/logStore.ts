import type { LogEntry } from '../../core/kinvey/apiTypes';
import type { Database, Row } from '../store/database';
import { integer, json, optionalText, text } from '../store/row';

/** One line as a service wrote it. */
export interface NewLogEntry {
  readonly environmentId: string;
  readonly containerId: string;
  readonly threshold: string | null;
  readonly message: unknown;
}

export interface LogRange {
  /** Milliseconds since 1970; both ends belong to the range. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  /** Counted from 1, the oldest. */
  readonly page: number;
}

const flushAfterMs = 50;
const flushAt = 2_000;

/**
 * The services' logs. Lines are gathered for a moment and written in one transaction; a query
 * writes them first, so that it never misses one. Ids and times only ever grow.
 */
export class LogStore {
  private waiting: (NewLogEntry & { at: number })[] = [];
  private timer: NodeJS.Timeout | undefined;
  private lastAt = 0;
  private closed = false;
  private readonly bytes = new Map<string, number>();

  constructor(
    private readonly database: Database,
    /** How much is kept of one service environment; the oldest lines go first. */
    private readonly bytesKept: number,
  ) {}

  append(entry: NewLogEntry): void {
    if (this.closed) {
      return;
    }
    this.lastAt = Math.max(this.lastAt, Date.now());
    this.waiting.push({ ...entry, at: this.lastAt });
    if (this.waiting.length >= flushAt) {
      this.flush();
    } else {
      this.timer ??= setTimeout(() => this.flush(), flushAfterMs);
    }
  }

  query(environmentId: string, { from, to, limit, page }: LogRange): LogEntry[] {
    this.flush();
    return this.database
      .all(
        'SELECT * FROM logs WHERE environment_id = ? AND at >= ? AND at <= ? ORDER BY at, id LIMIT ? OFFSET ?',
        environmentId,
        from ?? 0,
        to ?? Number.MAX_SAFE_INTEGER,
        limit,
        (page - 1) * limit,
      )
      .map(toEntry);
  }

  deleteAll(environmentId: string): void {
    this.flush();
    this.bytes.delete(environmentId);
    this.database.run('DELETE FROM logs WHERE environment_id = ?', environmentId);
  }

  /** Writes what is still waiting. What comes later, from a process on its last legs, is lost. */
  close(): void {
    this.flush();
    this.closed = true;
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.waiting;
    this.waiting = [];
    if (lines.length > 0) {
      this.database.transaction(() => lines.forEach((line) => this.insert(line)));
      new Set(lines.map((line) => line.environmentId)).forEach((id) => this.dropOldest(id));
    }
  }

  private insert(line: NewLogEntry & { at: number }): void {
    const message = JSON.stringify(line.message ?? null);
    const used = this.bytesOf(line.environmentId) + message.length;
    this.bytes.set(line.environmentId, used);
    this.database.run(
      'INSERT INTO logs (environment_id, container_id, at, threshold, message) VALUES (?, ?, ?, ?, ?)',
      line.environmentId,
      line.containerId,
      line.at,
      line.threshold,
      message,
    );
  }

  /** Drops a tenth at once, so that this is not done again for each line. */
  private dropOldest(environmentId: string): void {
    if (this.bytesOf(environmentId) <= this.bytesKept) {
      return;
    }
    this.database.run(
      `DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE environment_id = ?1 ORDER BY at, id
       LIMIT (SELECT 1 + count(*) / 10 FROM logs WHERE environment_id = ?1))`,
      environmentId,
    );
    this.bytes.delete(environmentId);
    this.dropOldest(environmentId);
  }

  private bytesOf(environmentId: string): number {
    const known = this.bytes.get(environmentId);
    if (known !== undefined) {
      return known;
    }
    const row = this.database.get(
      'SELECT coalesce(sum(length(message)), 0) AS bytes FROM logs WHERE environment_id = ?',
      environmentId,
    );
    const bytes = row ? integer(row, 'bytes') : 0;
    this.bytes.set(environmentId, bytes);
    return bytes;
  }
}

/** `_id` sorts like the lines do, as text too. */
function toEntry(row: Row): LogEntry {
  return {
    _id: integer(row, 'id').toString(16).padStart(24, '0'),
    containerId: text(row, 'container_id'),
    timestamp: new Date(integer(row, 'at')).toISOString(),
    threshold: optionalText(row, 'threshold') ?? null,
    message: json(row, 'message'),
  };
}
