import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from 'node:sqlite';
import { AppError } from '../../core/base/errors';
import { migrations } from './migrations';

export type Row = Record<string, SQLOutputValue>;

/**
 * The runtime's SQLite file. Opening brings its schema up to date (`user_version` counts the
 * migrations that were applied). Whoever opens it closes it.
 */
export class Database {
  private readonly connection: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.connection = new DatabaseSync(file);
    // WAL keeps readers and the log writer out of each other's way and survives kill -9. To wait
    // comes first: another process (the command `user`) may have the file at this very moment.
    this.connection.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON',
    );
    this.migrate(file);
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepare(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepare(sql).all(...values);
  }

  /** All of it or nothing; not nestable. */
  transaction<T>(work: () => T): T {
    this.connection.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.connection.exec('COMMIT');
      return result;
    } catch (error) {
      this.connection.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }

  private prepare(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) {
      return known;
    }
    const statement = this.connection.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  private migrate(file: string): void {
    if (this.readVersion() > migrations.length) {
      throw new AppError(
        'runtimeFailed',
        `${file} was written by a newer FlexService Runtime: start that one, or choose another --data folder.`,
      );
    }
    let isOld = this.readVersion() < migrations.length;
    while (isOld) {
      isOld = this.applyNext();
    }
  }

  /** False where nothing is left to do. Looks inside the transaction: two may open the file at once. */
  private applyNext(): boolean {
    return this.transaction(() => {
      const version = this.readVersion();
      const migration = migrations[version];
      if (migration === undefined) {
        return false;
      }
      this.connection.exec(migration);
      this.connection.exec(`PRAGMA user_version = ${version + 1}`);
      return true;
    });
  }

  private readVersion(): number {
    return Number(this.get('PRAGMA user_version')?.user_version ?? 0);
  }
}
