import { once } from 'node:events';
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { TarArchive } from 'archiver';
import { AppError, systemCode } from '../base/errors';
import type { BundleFile, BundlePlan } from '../project/bundlePlan';

const bufferBytes = 64 * 1024;

/**
 * The tar of a bundle as a stream; contract 4.2. Files are opened one after the other and read no
 * faster than the stream is, so memory does not grow with the bundle. `onBytes` is told the sum of
 * what was handed out. A file that is no longer as planned destroys the stream with `fileInvalid`.
 */
export function createArchive(
  plan: BundlePlan,
  onBytes: (sent: number) => void = () => undefined,
): Readable {
  return Readable.from(readArchive(plan, onBytes), {
    objectMode: false,
    highWaterMark: bufferBytes,
  });
}

/**
 * Leaves the archive to the garbage collector instead of destroying it: below archiver 8, tar-stream
 * answers destruction in the middle of an entry with an error event that nobody can listen to.
 */
async function* readArchive(
  plan: BundlePlan,
  onBytes: (sent: number) => void,
): AsyncGenerator<Buffer> {
  const archive = new TarArchive({ highWaterMark: bufferBytes });
  const left = new AbortController();
  const failed = new Promise<never>((_, reject) => {
    fill(archive, plan, left.signal).catch(reject);
  });
  const chunks: AsyncIterator<Buffer> = archive.iterator({ destroyOnReturn: false });
  let sent = 0;
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), failed]);
      if (next.done) {
        return;
      }
      sent += next.value.length;
      onBytes(sent);
      yield next.value;
    }
  } finally {
    left.abort();
  }
}

/** Appends entry after entry, each only when the one before is written. */
async function fill(archive: TarArchive, plan: BundlePlan, left: AbortSignal): Promise<void> {
  for (const entry of entriesOf(plan)) {
    try {
      await append(archive, entry, left);
    } catch (error) {
      throw unreadable(entry, error);
    }
  }
  await archive.finalize();
}

type Entry = BundleFile | { readonly path: string };

/** Parents come first, since a path sorts before everything that it begins. */
function entriesOf({ files, directories }: BundlePlan): Entry[] {
  const entries: Entry[] = [...directories.map((path) => ({ path: `${path}/` })), ...files];
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function append(archive: TarArchive, entry: Entry, left: AbortSignal): Promise<void> {
  if ('absolute' in entry) {
    return appendFile(archive, entry, left);
  }
  const written = once(archive, 'entry', { signal: left });
  archive.append('', { name: entry.path, type: 'directory', mode: 0o755 });
  await written;
}

async function appendFile(archive: TarArchive, file: BundleFile, left: AbortSignal): Promise<void> {
  const stats = await statAsPlanned(file);
  const source = Readable.from(exactContent(file), { objectMode: false });
  // Rejects with the error of a source that cannot be read to its end.
  const read = once(source, 'close');
  try {
    const written = once(archive, 'entry', { signal: left });
    archive.append(source, { name: file.path, mode: file.mode, stats });
    await Promise.race([written, read.then(() => written)]);
  } finally {
    source.destroy();
  }
}

async function statAsPlanned(file: BundleFile): Promise<Stats> {
  const stats = await stat(file.absolute);
  if (!stats.isFile() || stats.size !== file.size) {
    throw notAsPlanned(file);
  }
  return stats;
}

/** The header with the size is already written, so no other number of bytes may follow. */
async function* exactContent(file: BundleFile): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer> = createReadStream(file.absolute);
  let missing = file.size;
  for await (const chunk of chunks) {
    missing -= chunk.length;
    if (missing < 0) {
      throw notAsPlanned(file);
    }
    yield chunk;
  }
  if (missing > 0) {
    throw notAsPlanned(file);
  }
}

function notAsPlanned(file: BundleFile): AppError {
  return new AppError(
    'fileInvalid',
    `${file.path} changed while the bundle was made: save it and deploy again.`,
  );
}

function unreadable(entry: Entry, cause: unknown): unknown {
  const code = systemCode(cause);
  if (cause instanceof AppError || code === undefined) {
    return cause;
  }
  return new AppError('fileInvalid', `${entry.path} cannot be read (${code}).`, { cause });
}
