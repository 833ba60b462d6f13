import { once } from 'node:events';
import { Readable } from 'node:stream';
import { TarArchive, type TarEntryData } from 'archiver';
import { cancelled } from '../../base/errors';
import { giveBack, ReusedMemory } from '../../base/reusedMemory';
import type { BundleFile, BundlePlan } from '../../project/bundlePlan';
import { smallBytes } from '../../project/smallFiles';
import { readContent } from './archiveContent';

/** Of the chunks that are handed out. */
const chunkBytes = 128 * 1024;

/**
 * The tar of a bundle as a stream; contract 4.2. Files are read no faster than the stream is, so
 * memory does not grow with the bundle. `onBytes` is told the sum of what was handed out. A file
 * that is no longer as planned destroys the stream with `fileInvalid`.
 */
export function createArchive(
  plan: BundlePlan,
  onBytes: (sent: number) => void = () => undefined,
): Readable {
  const chunks: Readable = new Readable({
    // One chunk at a time: of bytes, those that wait would be put together in other memory.
    objectMode: true,
    highWaterMark: 1,
    read: () => archive.emit('drain'),
  });
  const archive = new ChunkedArchive(chunks, onBytes);
  // The archive is left to the garbage collector instead of being destroyed: tar-stream answers
  // destruction in the middle of an entry with an error event that nobody can listen to.
  chunks.on('close', () => archive.giveUp());
  archive.on('error', (error) => chunks.destroy(error));
  fill(archive, plan).catch((error: unknown) => chunks.destroy(error as Error));
  return chunks;
}

/** Of archiver: what its queue gives one entry after the other to. */
interface TarModule {
  append(
    source: Buffer | Readable,
    data: TarEntryData & { sourceType: 'buffer' | 'stream' },
    done: (error?: Error | null) => void,
  ): void;
}

/**
 * A tar of small files comes in thousands of pieces, each of which would be sent on its own. They
 * are put together here, where archiver pipes them to.
 */
class ChunkedArchive extends TarArchive {
  /** For the content of small files; given back here, as what is written is copied. */
  readonly contents = new ReusedMemory(2 * smallBytes);
  /** Given back by whoever sends them. */
  private readonly memory = new ReusedMemory(chunkBytes);
  private chunk = this.memory.take(chunkBytes);
  private filled = 0;
  private sent = 0;
  private entry: PromiseWithResolvers<undefined> | undefined;

  constructor(
    private readonly chunks: Readable,
    private readonly onBytes: (sent: number) => void,
  ) {
    super();
  }

  /**
   * Answers when the entry is written; rejects where nobody reads the archive any more. Goes past
   * archiver's queue, which takes two turns of the event loop for an entry, and more time than its
   * tar: there is never more than one.
   */
  appendEntry(source: Buffer | Readable, data: TarEntryData): Promise<void> {
    if (this.chunks.destroyed) {
      return Promise.reject(cancelled());
    }
    const entry = Promise.withResolvers<undefined>();
    this.entry = entry;
    const { _module } = this as unknown as { readonly _module: TarModule };
    const sourceType = Buffer.isBuffer(source) ? 'buffer' : 'stream';
    _module.append(source, { ...data, sourceType }, (error) =>
      error ? entry.reject(error) : entry.resolve(undefined),
    );
    return entry.promise;
  }

  giveUp(): void {
    this.entry?.reject(cancelled());
  }

  override write(piece: Buffer): boolean {
    let isRoom = true;
    for (let copied = 0; copied < piece.length;) {
      const bytes = piece.copy(this.chunk, this.filled, copied);
      copied += bytes;
      this.filled += bytes;
      if (this.filled === chunkBytes) {
        isRoom = this.handOut();
      }
    }
    giveBack(piece);
    return isRoom;
  }

  override end(): this {
    if (this.filled > 0) {
      this.handOut();
    }
    this.chunks.push(null);
    return this;
  }

  private handOut(): boolean {
    const chunk = this.chunk.subarray(0, this.filled);
    this.chunk = this.memory.take(chunkBytes);
    this.filled = 0;
    this.sent += chunk.length;
    this.onBytes(this.sent);
    return this.chunks.push(chunk);
  }
}

/** Appends entry after entry, each only when the one before is written. */
async function fill(archive: ChunkedArchive, plan: BundlePlan): Promise<void> {
  for (const entry of entriesOf(plan)) {
    if ('absolute' in entry) {
      await appendFile(archive, entry);
    } else {
      await archive.appendEntry(nothing, { name: entry.path, type: 'directory', mode: 0o755 });
    }
  }
  await archive.finalize();
}

const nothing = Buffer.alloc(0);

type Entry = BundleFile | { readonly path: string };

/** Parents come first, since a path sorts before everything that it begins; files as in the plan. */
function entriesOf({ files, directories }: BundlePlan): Entry[] {
  const entries: Entry[] = [...directories.map((path) => ({ path: `${path}/` })), ...files];
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function appendFile(archive: ChunkedArchive, file: BundleFile): Promise<void> {
  const { stats, content } = readContent(file, archive.contents);
  const { path: name, mode } = file;
  const data = { name, type: 'file', mode, date: stats.mtime, stats } as const;
  if (Buffer.isBuffer(content)) {
    return archive.appendEntry(content, data);
  }
  const source = Readable.from(content, { objectMode: false });
  // Rejects with the error of a source that cannot be read to its end.
  const read = once(source, 'close');
  try {
    const written = archive.appendEntry(source, data);
    await Promise.race([written, read.then(() => written)]);
  } finally {
    source.destroy();
  }
}
