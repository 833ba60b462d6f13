import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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
  readonly isServing: boolean;
}

/** What a folder's records need of the vault. */
export interface NeededCopies {
  /** The hashes that records refer to. */
  readonly referred: ReadonlySet<string>;
  /** Those of them that environments run, each with what it is to a person. */
  readonly serving: ReadonlyMap<string, string>;
}

const suffix = '.tar.gz';
/** Beside an entry that an environment runs, for the folders that do not know of it. */
const servingSuffix = `${suffix}.serving`;
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
   * of all folders what is more than allowed: the oldest first, and what serves last. Answers which
   * of that had to go.
   */
  async collect(folder: string, { referred, serving }: NeededCopies): Promise<string[]> {
    const own = await entriesOf(this.directoryOf(folder));
    const isLoose = ({ file, at }: Entry) =>
      !referred.has(hashOf(file)) && at < Date.now() - graceMs;
    await removeAll(own.filter(isLoose));
    await Promise.all(own.filter((entry) => !isLoose(entry)).map((entry) => mark(entry, serving)));
    return this.shrink();
  }

  private async shrink(): Promise<string[]> {
    const all = (await Promise.all((await this.directories()).map(entriesOf))).flat();
    const inOrder = all.toSorted(
      (one, other) => Number(other.isServing) - Number(one.isServing) || other.at - one.at,
    );
    const maxBytes = this.maxBytes();
    let bytes = 0;
    const excess = inOrder.filter((entry) => {
      const fits = bytes + entry.bytes <= maxBytes;
      bytes += fits ? entry.bytes : 0;
      return !fits;
    });
    const serving = excess.filter(({ isServing }) => isServing);
    const names = await Promise.all(serving.map(({ file }) => readFile(markOf(file), 'utf8')));
    await removeAll(excess);
    return names;
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
  const serving = new Set(names.filter((name) => name.endsWith(servingSuffix)));
  const found = await Promise.all(
    complete.map((name) => entryOf(path.join(directory, name), serving.has(markOf(name)))),
  );
  return found.filter((entry) => entry !== undefined);
}

/** Undefined where another window removed it meanwhile. */
async function entryOf(file: string, isServing: boolean): Promise<Entry | undefined> {
  return stat(file).then(
    ({ size, mtimeMs }) => ({ file, bytes: size, at: mtimeMs, isServing }),
    () => undefined,
  );
}

async function mark({ file }: Entry, serving: NeededCopies['serving']): Promise<void> {
  const name = serving.get(hashOf(file));
  await (name === undefined
    ? rm(markOf(file), { force: true })
    : writeFile(markOf(file), name, { mode: 0o600 }));
}

async function removeAll(entries: readonly Entry[]): Promise<void> {
  const files = entries.flatMap(({ file }) => [file, markOf(file)]);
  await Promise.all(files.map((file) => rm(file, { force: true })));
}

function hashOf(file: string): string {
  return path.basename(file, suffix);
}

function markOf(file: string): string {
  return file.slice(0, -suffix.length) + servingSuffix;
}
