import { once } from 'node:events';
import { Readable } from 'node:stream';
import { TarArchive, type TarEntryData } from 'archiver';
import type { BundleFile, BundlePlan } from '../project/bundlePlan';
import { readFiles, type FileContent } from './archiveContent';

/** Of the chunks that are handed out. */
const chunkBytes = 64 * 1024;

/**
 * The tar of a bundle as a stream; contract 4.2. Files are read no faster than the stream is, a few
 * small ones ahead, so memory does not grow with the bundle. `onBytes` is told the sum of what was
 * handed out. A file that is no longer as planned destroys the stream with `fileInvalid`.
 */
export function createArchive(
  plan: BundlePlan,
  onBytes: (sent: number) => void = () => undefined,
): Readable {
  return Readable.from(readArchive(plan, onBytes), {
    objectMode: false,
    highWaterMark: chunkBytes,
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
  const archive = new TarArchive({ highWaterMark: chunkBytes });
  const left = new AbortController();
  const failed = new Promise<never>((_, reject) => {
    fill(archive, plan, left.signal).catch(reject);
  });
  const pieces: AsyncIterator<Buffer> = archive.iterator({ destroyOnReturn: false });
  let sent = 0;
  try {
    for await (const chunk of joined(() => Promise.race([pieces.next(), failed]))) {
      sent += chunk.length;
      onBytes(sent);
      yield chunk;
    }
  } finally {
    left.abort();
  }
}

/** A tar of small files comes in thousands of pieces, each of which would be sent on its own. */
async function* joined(next: () => Promise<IteratorResult<Buffer>>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for (let one = await next(); !one.done; one = await next()) {
    pieces.push(one.value);
    bytes += one.value.length;
    if (bytes >= chunkBytes) {
      yield Buffer.concat(pieces, bytes);
      pieces = [];
      bytes = 0;
    }
  }
  if (bytes > 0) {
    yield Buffer.concat(pieces, bytes);
  }
}

/** Appends entry after entry, each only when the one before is written. */
async function fill(archive: TarArchive, plan: BundlePlan, left: AbortSignal): Promise<void> {
  const contents = readFiles(plan.files);
  try {
    for (const entry of entriesOf(plan)) {
      if ('absolute' in entry) {
        const next = await contents.next();
        await appendFile(archive, entry, next.value as FileContent, left);
      } else {
        const directory = { name: entry.path, type: 'directory', mode: 0o755 } as const;
        await append(archive, '', directory, left);
      }
    }
  } finally {
    await contents.return(undefined);
  }
  await archive.finalize();
}

type Entry = BundleFile | { readonly path: string };

/** Parents come first, since a path sorts before everything that it begins; files as in the plan. */
function entriesOf({ files, directories }: BundlePlan): Entry[] {
  const entries: Entry[] = [...directories.map((path) => ({ path: `${path}/` })), ...files];
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function append(
  archive: TarArchive,
  source: Buffer | string | Readable,
  data: TarEntryData,
  left: AbortSignal,
): Promise<void> {
  const written = once(archive, 'entry', { signal: left });
  archive.append(source, data);
  await written;
}

async function appendFile(
  archive: TarArchive,
  { path: name, mode }: BundleFile,
  { stats, content }: FileContent,
  left: AbortSignal,
): Promise<void> {
  const data = { name, mode, stats };
  if (Buffer.isBuffer(content)) {
    return append(archive, content, data, left);
  }
  const source = Readable.from(content, { objectMode: false });
  // Rejects with the error of a source that cannot be read to its end.
  const read = once(source, 'close');
  try {
    const written = append(archive, source, data, left);
    await Promise.race([written, read.then(() => written)]);
  } finally {
    source.destroy();
  }
}
