import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError, systemCode } from './errors';
import { withFileLock } from './fileLock';
import { silentLog, type Log } from './log';
import type { SharedMemory } from './memory';
import { writeAtomic } from './writeAtomic';

/**
 * A memory of small JSON values, each in a file of its own: on the disk before `set` resolves, so
 * that it outlives a killed process too, and the same for every window. Throws `fileInvalid` where
 * the disk does not let it; a file that is no JSON counts as nothing, and is put aside before
 * another takes its place.
 */
export class FileMemory implements SharedMemory {
  /** The last change of each key in this window: the next one waits for it. */
  private readonly changes = new Map<string, Promise<unknown>>();

  constructor(
    private readonly directory: string,
    private readonly log: Log = silentLog,
  ) {}

  get(key: string): unknown {
    return parse(readIfThere(this.fileOf(key)));
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.update(key, () => value);
  }

  update<T>(key: string, change: (present: unknown) => T): Promise<T> {
    const before = this.changes.get(key) ?? Promise.resolve();
    const mine = before.then(() => this.updateAlone(this.fileOf(key), change));
    const settled = mine.catch(() => undefined);
    this.changes.set(key, settled);
    void settled.then(() => {
      if (this.changes.get(key) === settled) this.changes.delete(key);
    });
    return mine;
  }

  private async updateAlone<T>(file: string, change: (present: unknown) => T): Promise<T> {
    try {
      return await this.updateLocked(file, change);
    } catch (error) {
      throw unusable(file, 'written', error);
    }
  }

  private async updateLocked<T>(file: string, change: (present: unknown) => T): Promise<T> {
    await mkdir(this.directory, { recursive: true });
    return withFileLock(`${file}.lock`, async () => {
      const text = readIfThere(file);
      const present = parse(text);
      const value = change(present);
      if (value !== present) {
        await this.keepIfBroken(file, text);
        await write(file, value);
      }
      return value;
    });
  }

  private async keepIfBroken(file: string, text: string | undefined): Promise<void> {
    if (text !== undefined && parse(text) === undefined) {
      const aside = `${file}.broken`;
      await copyFile(file, aside);
      this.log.warn(`memory: ${file} is no JSON; it is kept as ${path.basename(aside)}`);
    }
  }

  /** A key may hold what no file name can. */
  private fileOf(key: string): string {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return path.join(this.directory, `${name}.json`);
  }
}

/** Only a file that is not there is nothing: what cannot be read must not be taken for empty. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw unusable(file, 'read', error);
  }
}

function unusable(file: string, what: 'read' | 'written', cause: unknown): unknown {
  const code = systemCode(cause);
  if (cause instanceof AppError || code === undefined) {
    return cause;
  }
  const message = `What FlexService remembers cannot be ${what} (${code}): ${file}`;
  return new AppError('fileInvalid', message, { cause });
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

async function write(file: string, value: unknown): Promise<void> {
  if (value === undefined) {
    await rm(file, { force: true });
  } else {
    await writeAtomic(file, JSON.stringify(value), { mode: 0o600 });
  }
}
