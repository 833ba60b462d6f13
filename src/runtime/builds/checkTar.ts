import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { EntryNames } from './entryNames';

const mostEntries = 20_000;
const mostBytes = 64 * 1_024 * 1_024;
/** Of one header with a long name or PAX fields. */
const maxMetaEntrySize = 65_536;
const allowedTypes = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir']);

/**
 * What is wrong with a tar file, before any of it is written: a bundle has files and folders below
 * its root, each once, and nothing else. Undefined: nothing. Throws where it cannot be read.
 */
export async function findTarProblem(file: string): Promise<string | undefined> {
  return (await isPlainTar(file)) ? new TarCheck().run(file) : 'it is not an uncompressed tar file';
}

/** A compressed archive may unfold to any size; the wire has plain tar only. */
async function isPlainTar(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString('latin1', 257, 262) === 'ustar';
  } finally {
    await handle.close();
  }
}

class TarCheck {
  private readonly names = new EntryNames();
  private problem: string | undefined;
  private entries = 0;
  private bytes = 0;

  async run(file: string): Promise<string | undefined> {
    const parser = new Parser({ strict: true, maxMetaEntrySize });
    parser.on('entry', (entry: ReadEntry) => {
      this.problem ??= this.problemOf(entry);
      entry.resume();
    });
    // Of a kind that the parser itself does not know, or a header without end.
    parser.on('ignoredEntry', ({ path, type }: ReadEntry) => {
      this.problem ??= `${show(path)} is a ${type}: only files and folders are taken`;
    });
    await pipeline(createReadStream(file), parser as unknown as NodeJS.WritableStream);
    return this.problem ?? (this.entries === 0 ? 'it is empty' : undefined);
  }

  private problemOf(entry: ReadEntry): string | undefined {
    this.entries += 1;
    this.bytes += entry.size;
    return this.problemOfArchive(entry) ?? this.problemOfEntry(entry);
  }

  private problemOfArchive({ globalExtended }: ReadEntry): string | undefined {
    if (globalExtended?.path !== undefined || globalExtended?.size !== undefined) {
      return 'it has a global header that renames or resizes all entries';
    }
    if (this.entries > mostEntries) {
      return `it has more than ${mostEntries} entries`;
    }
    return this.bytes > mostBytes ? `it unpacks to more than ${mostBytes} bytes` : undefined;
  }

  private problemOfEntry({ path, type }: ReadEntry): string | undefined {
    if (!allowedTypes.has(type)) {
      return `${show(path)} is a ${type}: only files and folders are taken`;
    }
    const problem = this.names.add(path, type === 'Directory' || type === 'GNUDumpDir');
    return problem === undefined ? undefined : `${show(path)} ${problem}`;
  }
}

function show(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
