import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, type Gzip } from 'node:zlib';

const partName = /^(\d+)-[\da-f-]+\.part$/;

/**
 * Writes one entry of the vault while it is sent: compressed, no faster than the disk takes it, and
 * under its name only when all of it is on the disk. Every method throws what the disk throws.
 */
export class VaultWriter {
  private readonly part: string;
  private gzip: Gzip | undefined;
  private written: Promise<void> | undefined;
  /** The entry, where it was not there before. */
  private added: string | undefined;

  constructor(
    private readonly directory: string,
    private readonly maxBytes: number,
  ) {
    this.part = path.join(directory, `${process.pid}-${randomUUID()}.part`);
  }

  /** Whether a file's name tells of a writer whose process does not run any more. */
  static isAbandoned(name: string, isRunning: (pid: number) => boolean): boolean {
    const pid = partName.exec(name)?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  }

  /** Answers when the chunk's memory is not needed any more. */
  async write(chunk: Buffer): Promise<void> {
    const gzip = this.gzip ?? (await this.open());
    const compressed = new Promise((done) => gzip.write(chunk, done));
    await Promise.race([compressed, this.written]);
  }

  /**
   * The entry is complete. What is there already under this name is the same, and stays. Answers
   * false, and leaves nothing, where it is larger than it may be.
   */
  async keep(hash: string): Promise<boolean> {
    this.gzip?.end();
    await this.written;
    const { size } = await stat(this.part);
    if (size > this.maxBytes) {
      await this.discard();
      return false;
    }
    const file = path.join(this.directory, `${hash}.tar.gz`);
    const isThere = await stat(file).catch(() => undefined);
    if (isThere) {
      await utimes(file, new Date(), new Date());
      await this.discard();
    } else {
      await rename(this.part, file);
      this.added = file;
    }
    return true;
  }

  /** Leaves nothing of what is not complete; nothing happens after `keep`. */
  async discard(): Promise<void> {
    this.gzip?.destroy();
    await this.written?.catch(() => undefined);
    await rm(this.part, { force: true });
  }

  /** Removes what `keep` kept, which nothing will refer to; what was there before stays. */
  async takeBack(): Promise<void> {
    if (this.added !== undefined) {
      await rm(this.added, { force: true });
    }
  }

  private async open(): Promise<Gzip> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    this.gzip = createGzip({ level: constants.Z_BEST_SPEED });
    const file = createWriteStream(this.part, { flags: 'wx', mode: 0o600, flush: true });
    this.written = pipeline(this.gzip, file);
    // Whoever writes or keeps is told.
    this.written.catch(() => undefined);
    return this.gzip;
  }
}
