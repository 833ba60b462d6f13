import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf, systemCode } from '../base/errors';
import { applyChange, changeOf, restoreChange, type FileChange } from './fileChange';
import { setVersions, versionEdits, type TextEdit, type VersionPlace } from './versionText';

/** A version that is written into a folder, and the way back: plain JSON, to outlive a window. */
export interface VersionEdit {
  readonly changes: readonly FileChange[];
}

const root: VersionPlace = { path: [], required: true };
/** npm keeps the version of the project twice since lockfile version 2. */
const lockPlaces: readonly VersionPlace[] = [root, { path: ['packages', ''], required: false }];
/** The files of a folder that may carry its version. */
export const versionFiles: readonly string[] = [
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
];

/**
 * Finds what setting the version changes in package.json, and in the lock files where there are any:
 * nothing but the version's characters. Throws `manifestInvalid` or `fileInvalid` when a file cannot
 * be edited.
 */
export async function planVersionEdit(folder: string, version: string): Promise<VersionEdit> {
  const edited = await readEdited(folder, version);
  const changes = edited.map(({ file, before, after }) => changeOf(file, before, after));
  return { changes };
}

/** What the files that setting the version changes hold then, by name. Throws as `planVersionEdit`. */
export async function contentsWithVersion(
  folder: string,
  version: string,
): Promise<Map<string, Buffer>> {
  const edited = await readEdited(folder, version);
  return new Map(edited.map(({ file, after }) => [path.basename(file), after]));
}

/**
 * The content of one of the files with this version in it; nothing else of it changes. Throws an
 * Error that tells why it cannot be edited.
 */
export function withVersion(name: string, content: Buffer, version: string): Buffer {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  return Buffer.from(setVersions(text, placesIn(name), version));
}

/** What setting the version changes in one of the files as an editor has it. Throws as `planVersionEdit`. */
export function textEdits(file: string, text: string, version: string): TextEdit[] {
  return orInvalid(file, () => versionEdits(text, placesIn(path.basename(file)), version));
}

function placesIn(name: string): readonly VersionPlace[] {
  return name === 'package.json' ? [root] : lockPlaces;
}

/**
 * Writes what was planned, all files or none. Throws `manifestInvalid` or `fileInvalid` when a file
 * cannot be written, or was changed since.
 */
export async function applyVersionEdit({ changes }: VersionEdit): Promise<void> {
  for (const [index, change] of changes.entries()) {
    try {
      await apply(change);
    } catch (error) {
      await restoreVersionEdit({ changes: changes.slice(0, index) });
      throw error;
    }
  }
}

/**
 * Puts every byte back, but only into files that still are what was written. Answers the names of
 * those that were changed since and so keep what they have. Throws `manifestInvalid` or `fileInvalid`
 * when a file cannot be written.
 */
export async function restoreVersionEdit({ changes }: VersionEdit): Promise<string[]> {
  const kept: string[] = [];
  for (const change of changes) {
    if (!(await restore(change))) {
      kept.push(path.basename(change.file));
    }
  }
  return kept;
}

async function restore(change: FileChange): Promise<boolean> {
  try {
    return await restoreChange(change);
  } catch (error) {
    throw invalid(change.file, unwritable(error), error);
  }
}

async function apply(change: FileChange): Promise<void> {
  const isApplied = await applyChange(change).catch((error: unknown) => {
    throw invalid(change.file, unwritable(error), error);
  });
  if (!isApplied) {
    throw invalid(change.file, 'it was changed by another program just now');
  }
}

interface EditedFile {
  readonly file: string;
  readonly before: Buffer;
  readonly after: Buffer;
}

async function readEdited(folder: string, version: string): Promise<EditedFile[]> {
  const edited: EditedFile[] = [];
  for (const name of versionFiles) {
    const file = path.join(folder, name);
    const before = await readIfThere(file);
    const after = before && orInvalid(file, () => withVersion(name, before, version));
    if (after && !after.equals(before)) {
      edited.push({ file, before, after });
    }
  }
  return edited;
}

function orInvalid<T>(file: string, edit: () => T): T {
  try {
    return edit();
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

function unwritable(error: unknown): string {
  return `it cannot be written (${systemCode(error) ?? 'unknown reason'})`;
}

function invalid(file: string, reason: string, cause?: unknown): AppError {
  const name = path.basename(file);
  const code = name === 'package.json' ? 'manifestInvalid' : 'fileInvalid';
  return new AppError(code, `The version cannot be set in ${name}: ${reason}.`, {
    cause,
    details: { file },
  });
}
