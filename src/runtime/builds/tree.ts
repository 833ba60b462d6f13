import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import path from 'node:path';

/** So many at once: what else wants the disk should not wait for a whole tree. */
const atOnce = 16;

interface Entry {
  /** Below the root of the tree. */
  readonly name: string;
  readonly kind: 'folder' | 'link' | 'file';
}

export interface TreeFacts {
  readonly bytes: number;
  /** When the last of what is in it was written, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/**
 * Makes `to` a copy of the folder `from`, without the entries of its root that are named in `skip`.
 * They share no file, as hard links would: where the file system can, they share blocks until one
 * of them is written.
 */
export async function copyTree(
  from: string,
  to: string,
  skip: readonly string[] = [],
): Promise<void> {
  const entries = await list(from, skip);
  await mkdir(to);
  for (const { name } of entries.filter(({ kind }) => kind === 'folder')) {
    await mkdir(path.join(to, name));
  }
  const others = entries.filter(({ kind }) => kind !== 'folder');
  await inTurns(others, (entry) =>
    copyEntry(entry, path.join(from, entry.name), path.join(to, entry.name)),
  );
}

export async function describeTree(
  folder: string,
  skip: readonly string[] = [],
): Promise<TreeFacts> {
  let bytes = 0;
  let writtenAt = 0;
  await inTurns(await list(folder, skip), async ({ name }) => {
    const { size, mtimeMs } = await lstat(path.join(folder, name));
    bytes += size;
    writtenAt = Math.max(writtenAt, mtimeMs);
  });
  return { bytes, writtenAt };
}

/** Folders come before what is in them; links are not followed. */
async function list(folder: string, skip: readonly string[]): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true, recursive: true });
  const entries = found.map((entry): Entry => {
    const name = path.relative(folder, path.join(entry.parentPath, entry.name));
    const kind = entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file';
    return { name, kind };
  });
  return entries.filter(({ name }) => !skip.includes(name.split(path.sep)[0] ?? name));
}

async function copyEntry({ kind }: Entry, from: string, to: string): Promise<void> {
  if (kind === 'link') {
    await symlink(await readlink(from), to);
  } else {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += atOnce) {
    await Promise.all(items.slice(start, start + atOnce).map(work));
  }
}
