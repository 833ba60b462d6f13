import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError, messageOf } from '../core/base/errors';
import type { Disposable } from '../core/base/disposable';

export function defaultDataFolder(): string {
  return path.join(homedir(), '.flexservice-runtime');
}

/** The files of a data folder that another process than its runtime may use. */
export function dataFiles(folder: string): { database: string; ownerFile: string } {
  return {
    database: path.join(folder, 'runtime.db'),
    ownerFile: path.join(folder, 'owner.json'),
  };
}

/**
 * The folder that everything is kept in, held by one runtime at a time. The lock is SQLite's, which
 * the operating system releases however a runtime ends. Whoever opens it disposes it.
 */
export class DataFolder implements Disposable {
  readonly database: string;
  readonly logs: string;
  readonly npmCache: string;
  readonly nodeCache: string;
  readonly npmHome: string;
  readonly dependencies: string;
  readonly uploads: string;
  readonly services: string;
  readonly ownerFile: string;
  private readonly lock: DatabaseSync;

  constructor(readonly folder: string) {
    const { database, ownerFile } = dataFiles(folder);
    this.database = database;
    this.ownerFile = ownerFile;
    this.logs = path.join(folder, 'logs.db');
    this.npmCache = path.join(folder, 'npm-cache');
    this.nodeCache = path.join(folder, 'node-cache');
    this.npmHome = path.join(folder, 'npm-home');
    this.dependencies = path.join(folder, 'dependencies');
    this.uploads = path.join(folder, 'uploads');
    this.services = path.join(folder, 'services');
    this.createFolders();
    this.lock = this.takeLock();
  }

  /** Tells who holds the folder, for the sentence that the next one ends with. */
  announce(url: string): void {
    writeFileSync(this.infoFile(), `process ${process.pid} at ${url}`, { mode: 0o600 });
  }

  dispose(): void {
    this.lock.close();
  }

  private createFolders(): void {
    try {
      for (const folder of this.folders()) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        chmodSync(folder, 0o700);
      }
      this.closeToOthers();
    } catch (error) {
      throw new AppError('runtimeFailed', `The data folder cannot be used: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** What an earlier runtime, or a copy, left readable; what is made from now on is not. */
  private closeToOthers(): void {
    const ours = /^(runtime|logs)\.|^owner\.json$/;
    for (const name of readdirSync(this.folder).filter((name) => ours.test(name))) {
      chmodSync(path.join(this.folder, name), 0o600);
    }
  }

  private folders(): string[] {
    return [this.npmCache, this.npmHome, this.dependencies, this.uploads, this.services];
  }

  private takeLock(): DatabaseSync {
    const lock = new DatabaseSync(path.join(this.folder, 'runtime.lock'));
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return lock;
    } catch (error) {
      lock.close();
      throw new AppError(
        'folderTaken',
        `The data folder ${this.folder} is in use by another runtime${this.readHolder()}: stop that one, or choose another --data folder.`,
        { cause: error },
      );
    }
  }

  private readHolder(): string {
    try {
      return ` (${readFileSync(this.infoFile(), 'utf8')})`;
    } catch {
      // It is only on its way up: there is nothing to tell yet.
      return '';
    }
  }

  private infoFile(): string {
    return path.join(this.folder, 'runtime.info');
  }
}
