import { createHash, randomUUID } from 'node:crypto';
import { constants, readFileSync } from 'node:fs';
import { copyFile, link, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from './errors';

/** A small key-value store that outlives a reload. */
export interface Memory {
  get(key: string): unknown;
  /** `undefined` forgets the key. */
  set(key: string, value: unknown): Promise<void>;
}

/** One that several windows use at once. */
export interface SharedMemory extends Memory {
  /** Sets a key that is not there; of several that add it at once, one is answered true. */
  add(key: string, value: unknown): Promise<boolean>;
}

/** Forgets everything with its process. */
export class MapMemory implements SharedMemory {
  private readonly values = new Map<string, unknown>();

  get(key: string): unknown {
    return this.values.get(key);
  }

  set(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }

  add(key: string, value: unknown): Promise<boolean> {
    const isNew = this.values.get(key) === undefined;
    if (isNew) {
      this.values.set(key, value);
    }
    return Promise.resolve(isNew);
  }
}

/**
 * A memory of small JSON values, each in a file of its own: on the disk before `set` resolves, so
 * that it outlives a killed process too, and the same for every window.
 */
export class FileMemory implements SharedMemory {
  constructor(private readonly directory: string) {}

  get(key: string): unknown {
    try {
      return JSON.parse(readFileSync(this.fileOf(key), 'utf8'));
    } catch {
      return undefined;
    }
  }

  async set(key: string, value: unknown): Promise<void> {
    const file = this.fileOf(key);
    if (value === undefined) {
      await rm(file, { force: true });
      return;
    }
    await mkdir(this.directory, { recursive: true });
    await writeFileAtomic(file, JSON.stringify(value), { mode: 0o600 });
  }

  /** The file gets its name only with all of its content in it. */
  async add(key: string, value: unknown): Promise<boolean> {
    await mkdir(this.directory, { recursive: true });
    const draft = path.join(this.directory, `${randomUUID()}.new`);
    try {
      await writeFile(draft, JSON.stringify(value), { mode: 0o600, flush: true });
      await linkOrCopy(draft, this.fileOf(key));
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') {
        return false;
      }
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** A key may hold what no file name can. */
  private fileOf(key: string): string {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return path.join(this.directory, `${name}.json`);
  }
}

/** Throws EEXIST where the file is there. Not every file system has hard links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      throw error;
    }
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}
