import { readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AppError, messageOf, systemCode } from '../base/errors';
import { setVersions, type VersionPlace } from './versionText';

/** A version that was written into a folder, and the way back. */
export interface VersionEdit {
  /** Absolute paths of the files that were changed. */
  readonly files: readonly string[];
  /** Puts every byte back, but only into files that still are what was written. */
  restore(): Promise<void>;
}

interface FileEdit {
  readonly file: string;
  readonly before: Buffer;
  readonly after: Buffer;
}

const root: VersionPlace = { path: [], required: true };
/** npm keeps the version of the project twice since lockfile version 2. */
const lockPlaces: readonly VersionPlace[] = [root, { path: ['packages', ''], required: false }];
const locks = ['package-lock.json', 'npm-shrinkwrap.json'];

/**
 * Writes the version into package.json, and into the lock file where there is one. Nothing but the
 * version's characters changes, and each file changes at once or not at all. Throws
 * `manifestInvalid` or `fileInvalid` before anything is written when a file cannot be edited.
 */
export async function writeVersion(folder: string, version: string): Promise<VersionEdit> {
  const planned = [await planEdit(path.join(folder, 'package.json'), [root], version)];
  for (const lock of locks) {
    planned.push(await planEdit(path.join(folder, lock), lockPlaces, version));
  }
  const edits = planned.filter((edit) => edit !== undefined);
  await writeAll(edits);
  return { files: edits.map((edit) => edit.file), restore: () => restoreAll(edits) };
}

async function planEdit(
  file: string,
  places: readonly VersionPlace[],
  version: string,
): Promise<FileEdit | undefined> {
  const before = await readIfThere(file);
  if (!before) {
    return undefined;
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(before);
    const after = Buffer.from(setVersions(text, places, version));
    return after.equals(before) ? undefined : { file, before, after };
  } catch (error) {
    throw invalid(file, messageOf(error), error);
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' && path.basename(file) !== 'package.json') {
      return undefined;
    }
    throw invalid(file, `it cannot be read (${systemCode(error) ?? 'unknown reason'})`, error);
  }
}

/** All or none: what was already written is put back when a later file cannot be. */
async function writeAll(edits: readonly FileEdit[]): Promise<void> {
  for (const [index, { file, after }] of edits.entries()) {
    try {
      await writeFileAtomic(file, after);
    } catch (error) {
      await restoreAll(edits.slice(0, index));
      throw invalid(file, `it cannot be written (${systemCode(error) ?? 'unknown reason'})`, error);
    }
  }
}

async function restoreAll(edits: readonly FileEdit[]): Promise<void> {
  for (const { file, before, after } of edits) {
    const present = await readFile(file).catch(() => undefined);
    if (present?.equals(after)) {
      await writeFileAtomic(file, before);
    }
  }
}

function invalid(file: string, reason: string, cause: unknown): AppError {
  const name = path.basename(file);
  const code = name === 'package.json' ? 'manifestInvalid' : 'fileInvalid';
  return new AppError(code, `The version cannot be set in ${name}: ${reason}.`, {
    cause,
    details: { file },
  });
}
