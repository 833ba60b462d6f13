import { open } from 'node:fs/promises';
import { extract, list, type ReadEntry } from 'tar';
import { AppError, isAppError, messageOf } from '../../core/base/errors';

const mostEntries = 20_000;
const mostBytes = 64 * 1_024 * 1_024;
const longestPath = 1_024;
const allowedTypes = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir']);

/**
 * Unpacks a deploy's tar (contract 4.2) into an empty folder. Everything is checked before anything
 * is written: a bundle has files and folders below its root, nothing else. Throws AppError
 * deployFailed with what is wrong.
 */
export async function unpack(archive: string, folder: string): Promise<void> {
  try {
    await refuseCompressed(archive);
    await checkEntries(archive);
    await extract({
      file: archive,
      cwd: folder,
      strict: true,
      preserveOwner: false,
      filter: (_path, entry) => useOwnMode(entry),
    });
  } catch (error) {
    throw isAppError(error) ? error : refuse(`it cannot be read: ${messageOf(error)}`, error);
  }
}

/** A compressed archive may unfold to any size; the wire has plain tar only. */
async function refuseCompressed(archive: string): Promise<void> {
  const file = await open(archive);
  try {
    const { buffer } = await file.read(Buffer.alloc(512), 0, 512, 0);
    if (buffer.toString('latin1', 257, 262) !== 'ustar') {
      throw refuse('it is not an uncompressed tar file');
    }
  } finally {
    await file.close();
  }
}

async function checkEntries(archive: string): Promise<void> {
  let entries = 0;
  let bytes = 0;
  let problem: string | undefined;
  await list({
    file: archive,
    strict: true,
    onReadEntry: (entry) => {
      entries += 1;
      bytes += entry.size;
      problem ??= problemOf(entry) ?? problemOfSize(entries, bytes);
    },
  });
  problem ??= entries === 0 ? 'it is empty' : undefined;
  if (problem !== undefined) {
    throw refuse(problem);
  }
}

function problemOf({ path, type }: ReadEntry): string | undefined {
  const shown = JSON.stringify(path.slice(0, 200));
  if (!allowedTypes.has(type)) {
    return `${shown} is a ${type}: only files and folders are taken`;
  }
  const parts = path.split(/[/\\]/);
  if (path.startsWith('/') || path.startsWith('\\') || /^[a-z]:/i.test(path)) {
    return `${shown} is an absolute path`;
  }
  if (parts.includes('..') || path.includes('\0') || path === '' || path.length > longestPath) {
    return `${shown} is not a path inside the bundle`;
  }
  return undefined;
}

function problemOfSize(entries: number, bytes: number): string | undefined {
  if (entries > mostEntries) {
    return `it has more than ${mostEntries} entries`;
  }
  return bytes > mostBytes ? `it unpacks to more than ${mostBytes} bytes` : undefined;
}

/** Folders stay writable and nothing is set-user-id, whatever the archive says. */
function useOwnMode(entry: object): boolean {
  if ('mode' in entry && typeof entry.mode === 'number' && 'type' in entry) {
    const executable = entry.type === 'Directory' || (entry.mode & 0o100) !== 0;
    entry.mode = executable ? 0o700 : 0o600;
  }
  return true;
}

function refuse(reason: string, cause?: unknown): AppError {
  return new AppError('deployFailed', `The archive was refused: ${reason}.`, { cause });
}
