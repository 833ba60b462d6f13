import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** A small key-value store that outlives a reload. */
export interface Memory {
  get(key: string): unknown;
  /** `undefined` forgets the key. */
  set(key: string, value: unknown): Promise<void>;
}

/** Forgets everything with its process. */
export class MapMemory implements Memory {
  private readonly values = new Map<string, unknown>();

  get(key: string): unknown {
    return this.values.get(key);
  }

  set(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}

/**
 * A memory of small JSON values, each in a file of its own: on the disk before `set` resolves, so
 * that it outlives a killed process too, and the same for every window.
 */
export class FileMemory implements Memory {
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

  /** A key may hold what no file name can. */
  private fileOf(key: string): string {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return path.join(this.directory, `${name}.json`);
  }
}
