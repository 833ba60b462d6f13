import { once } from 'node:events';
import { Readable, type TransformCallback } from 'node:stream';
import { TarArchive, type TarEntryData } from 'archiver';
import { cancelled } from '../../base/errors';
import type { BundleFile, BundlePlan } from '../../project/bundlePlan';
import { readContent } from './archiveContent';
import { ScratchMemory } from './scratchMemory';

/** Of the chunks that are handed out. */
const chunkBytes = 64 * 1024;

/**
 * The tar of a bundle as a stream; contract 4.2. Files are read no faster than the stream is, so
 * memory does not grow with the bundle. `onBytes` is told the sum of what was handed out. A file
 * that is no longer as planned destroys the stream with `fileInvalid`.
 */
export function createArchive(
  plan: BundlePlan,
  onBytes: (sent: number) => void = () => undefined,
): Readable {
  const chunks = new Chunks();
  const archive = new ChunkedArchive(chunks, onBytes);
  const entries = new WrittenEntries(archive);
  // The archive is left to the garbage collector instead of being destroyed: tar-stream answers
  // destruction in the middle of an entry with an error event that nobody can listen to.
  chunks.on('close', () => entries.giveUp());
  archive.on('error', (error) => chunks.destroy(error));
  fill(archive, plan, entries).catch((error: unknown) => chunks.destroy(error as Error));
  return chunks;
}

/** Tells when each entry is written, one after the other: there are thousands, so with one listener. */
class WrittenEntries {
  private waiting: PromiseWithResolvers<unknown> | undefined;
  private isLeft = false;

  constructor(archive: TarArchive) {
    archive.on('entry', (entry) => this.waiting?.resolve(entry));
  }

  /** Of the entry that is appended next. Rejects where nobody reads the archive any more. */
  next(): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>();
    // Nobody waits where appending fails.
    waiting.promise.catch(() => undefined);
    this.waiting = waiting;
    if (this.isLeft) {
      this.giveUp();
    }
    return waiting.promise;
  }

  giveUp(): void {
    this.isLeft = true;
    this.waiting?.reject(cancelled());
  }
}

/** What is handed out, each chunk when it is asked for. */
class Chunks extends Readable {
  private waiting: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: chunkBytes });
  }

  /** `done`: once there is room for more. */
  onRoom(done: () => void): void {
    this.waiting = done;
  }

  override _read(): void {
    const done = this.waiting;
    this.waiting = undefined;
    done?.();
  }
}

/**
 * A tar of small files comes in thousands of pieces, each of which would be sent on its own. As an
 * archive passes every piece on, it is also where putting them together takes the least.
 */
class ChunkedArchive extends TarArchive {
  /** Given back here: what was passed on is copied. */
  readonly scratch = new ScratchMemory();
  private chunk = Buffer.allocUnsafeSlow(chunkBytes);
  private filled = 0;
  private sent = 0;

  constructor(
    private readonly chunks: Chunks,
    private readonly onBytes: (sent: number) => void,
  ) {
    super({ highWaterMark: chunkBytes });
  }

  override _transform(piece: Buffer, _encoding: string, done: TransformCallback): void {
    let isRoom = true;
    for (let copied = 0; copied < piece.length;) {
      const bytes = piece.copy(this.chunk, this.filled, copied);
      copied += bytes;
      this.filled += bytes;
      if (this.filled === chunkBytes) {
        isRoom = this.handOut();
      }
    }
    this.scratch.giveBack(piece);
    if (isRoom) {
      done();
    } else {
      this.chunks.onRoom(done);
    }
  }

  override _flush(done: TransformCallback): void {
    this.handOut();
    this.chunks.push(null);
    done();
  }

  private handOut(): boolean {
    const chunk = this.chunk.subarray(0, this.filled);
    this.chunk = Buffer.allocUnsafeSlow(chunkBytes);
    this.filled = 0;
    this.sent += chunk.length;
    this.onBytes(this.sent);
    return this.chunks.push(chunk);
  }
}

/** Appends entry after entry, each only when the one before is written. */
async function fill(
  archive: ChunkedArchive,
  plan: BundlePlan,
  entries: WrittenEntries,
): Promise<void> {
  for (const entry of entriesOf(plan)) {
    if ('absolute' in entry) {
      await appendFile(archive, entry, entries);
    } else {
      const directory = { name: entry.path, type: 'directory', mode: 0o755 } as const;
      await append(archive, '', directory, entries);
    }
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
  entries: WrittenEntries,
): Promise<void> {
  const written = entries.next();
  archive.append(source, data);
  await written;
}

async function appendFile(
  archive: ChunkedArchive,
  file: BundleFile,
  entries: WrittenEntries,
): Promise<void> {
  const { stats, content } = readContent(file, archive.scratch);
  const { path: name, mode } = file;
  const data = { name, mode, stats };
  if (Buffer.isBuffer(content)) {
    return append(archive, content, data, entries);
  }
  const source = Readable.from(content, { objectMode: false });
  // Rejects with the error of a source that cannot be read to its end.
  const read = once(source, 'close');
  try {
    const written = append(archive, source, data, entries);
    await Promise.race([written, read.then(() => written)]);
  } finally {
    source.destroy();
  }
}
