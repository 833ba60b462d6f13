import { DatabaseSync } from 'node:sqlite';
import { EnvironmentLog } from './environmentLog';

/** `user_version` counts the steps that were applied; a step that was released is never edited. */
const migrations: readonly string[] = [
  `
  CREATE TABLE environments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE
  ) STRICT;
  `,
];

/**
 * The SQLite file of the services' logs: a table for each service environment, made with its first
 * line. Synchronous: it lives in the log worker. Whoever opens it closes it.
 */
export class LogDatabase {
  private readonly connection: DatabaseSync;
  private readonly logs = new Map<string, EnvironmentLog>();

  constructor(
    file: string,
    /** How much is kept of one service environment. */
    private readonly bytesKept: number,
  ) {
    this.connection = new DatabaseSync(file);
    // Large pages and few checkpoints: lines only come at the end and go at the beginning. A power
    // cut may cost the last lines, never the file.
    this.connection.exec(
      `PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
       PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;
       PRAGMA journal_size_limit = 33554432; PRAGMA temp_store = MEMORY`,
    );
    this.migrate();
  }

  /** The log of an environment; one that has none yet gets it with `create`. */
  find(environmentId: string): EnvironmentLog | undefined {
    const known = this.logs.get(environmentId);
    if (known) {
      return known;
    }
    const number = this.numberOf(environmentId);
    return number === undefined ? undefined : this.open(environmentId, number);
  }

  create(environmentId: string): EnvironmentLog {
    const known = this.find(environmentId);
    if (known) {
      return known;
    }
    this.connection.prepare('INSERT INTO environments (id) VALUES (?)').run(environmentId);
    const number = this.numberOf(environmentId) ?? 0;
    this.connection.exec(EnvironmentLog.schema(number));
    return this.open(environmentId, number);
  }

  /** Removes a log for good and gives its room back. */
  delete(environmentId: string): void {
    const log = this.find(environmentId);
    if (!log) {
      return;
    }
    this.logs.delete(environmentId);
    this.transaction(() => {
      log.drop();
      this.connection.prepare('DELETE FROM environments WHERE id = ?').run(environmentId);
    });
    this.connection.exec('PRAGMA incremental_vacuum');
  }

  listEnvironments(): string[] {
    const rows = this.connection.prepare('SELECT id FROM environments').all();
    return rows.map(({ id }) => String(id));
  }

  /** All of it or nothing. */
  transaction(work: () => void): void {
    this.connection.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.connection.exec('COMMIT');
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  close(): void {
    this.logs.clear();
    this.connection.close();
  }

  /** What the logs know of their ends may be undone too: they are opened anew. */
  private rollBack(): void {
    this.logs.clear();
    if (this.connection.isTransaction) {
      this.connection.exec('ROLLBACK');
    }
  }

  private open(environmentId: string, number: number): EnvironmentLog {
    const log = new EnvironmentLog(this.connection, number, this.bytesKept);
    this.logs.set(environmentId, log);
    return log;
  }

  private numberOf(environmentId: string): number | undefined {
    const row = this.connection
      .prepare('SELECT number FROM environments WHERE id = ?')
      .get(environmentId);
    return row === undefined ? undefined : Number(row.number);
  }

  private migrate(): void {
    const version = Number(this.connection.prepare('PRAGMA user_version').get()?.user_version);
    if (version > migrations.length) {
      throw new Error('it was written by a newer FlexService Runtime');
    }
    migrations.slice(version).forEach((migration, index) => {
      this.transaction(() => {
        this.connection.exec(migration);
        this.connection.exec(`PRAGMA user_version = ${version + index + 1}`);
      });
    });
  }
}
