import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../base/errors';
import { isRunning } from '../../base/processes';
import { VaultWriter } from './vaultWriter';

interface Entry {
  readonly file: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const suffix = '.tar.gz';
/** An entry comes before the record that refers to it, in whichever window. */
const graceMs = 60 * 60_000;

/**
 * What was sent, kept to be compared with and brought back: the tar of each bundle under its
 * SHA-256, compressed, in a directory for each folder that it was sent from. Several windows may
 * use it at once.
 */
export class Vault {
  /** `maxBytes` is asked each time, since a person may change it; 0: nothing is kept. */
  constructor(
    private readonly directory: string,
    private readonly maxBytes: () => number,
  ) {}

  /** Undefined where nothing is to be kept. */
  writer(folder: string): VaultWriter | undefined {
    const maxBytes = this.maxBytes();
    return maxBytes > 0 ? new VaultWriter(this.directoryOf(folder), maxBytes) : undefined;
  }

  async has(folder: string, hash: string): Promise<boolean> {
    return access(this.fileOf(folder, hash)).then(
      () => true,
      () => false,
    );
  }

  /** The tar. Throws `notFound` where it is not kept (any more). */
  async read(folder: string, hash: string): Promise<Readable> {
    if (!(await this.has(folder, hash))) {
      throw new AppError('notFound', 'What was sent then is not kept any more.');
    }
    // Whoever reads is told of an error by the stream itself.
    return pipeline(createReadStream(this.fileOf(folder, hash)), createGunzip(), () => undefined);
  }

  /**
   * Removes what no record of the folder refers to, what was left by windows that ended, and then
   * the oldest of all folders until the rest is no more than allowed.
   */
  async collect(folder: string, referred: ReadonlySet<string>): Promise<void> {
    const own = await entriesOf(this.directoryOf(folder));
    const loose = own.filter(({ file, at }) => {
      const hash = path.basename(file, suffix);
      return !referred.has(hash) && at < Date.now() - graceMs;
    });
    await removeAll(loose);
    await this.shrink();
  }

  private async shrink(): Promise<void> {
    const all = (await Promise.all((await this.directories()).map(entriesOf))).flat();
    const newestFirst = all.toSorted((one, other) => other.at - one.at);
    let bytes = 0;
    await removeAll(newestFirst.filter((entry) => (bytes += entry.bytes) > this.maxBytes()));
  }

  private async directories(): Promise<string[]> {
    const names = await readdir(this.directory).catch(() => []);
    return names.map((name) => path.join(this.directory, name));
  }

  private directoryOf(folder: string): string {
    const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
    return path.join(this.directory, name);
  }

  private fileOf(folder: string, hash: string): string {
    return path.join(this.directoryOf(folder), hash + suffix);
  }
}

/** The complete ones; what a window left in the middle when it ended is removed. */
async function entriesOf(directory: string): Promise<Entry[]> {
  const names = await readdir(directory).catch(() => []);
  const abandoned = names.filter((name) => VaultWriter.isAbandoned(name, isRunning));
  await Promise.all(abandoned.map((name) => rm(path.join(directory, name), { force: true })));
  const complete = names.filter((name) => name.endsWith(suffix));
  const found = await Promise.all(complete.map((name) => entryOf(path.join(directory, name))));
  return found.filter((entry) => entry !== undefined);
}

/** Undefined where another window removed it meanwhile. */
async function entryOf(file: string): Promise<Entry | undefined> {
  return stat(file).then(
    ({ size, mtimeMs }) => ({ file, bytes: size, at: mtimeMs }),
    () => undefined,
  );
}

async function removeAll(entries: readonly Entry[]): Promise<void> {
  await Promise.all(entries.map(({ file }) => rm(file, { force: true })));
}
