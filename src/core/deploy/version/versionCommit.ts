import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { versionFiles, withVersion } from '../../project/versionEdit';
import { git, type GitOptions } from './git';

/** A file as git keeps it. */
interface Entry {
  readonly mode: string;
  readonly id: string;
  /** From the root of the repository, with `/`. */
  readonly path: string;
}

/**
 * Commits the version in those files of the folder that git knows, and nothing else: neither what
 * else was changed in them nor what is staged, which both stay as they are. Throws what git says,
 * and then nothing has changed.
 */
export async function commitVersion(folder: string, version: string): Promise<void> {
  const root = await read(folder, 'rev-parse', '--show-toplevel');
  const known = await entriesOfHead(folder);
  if (!known.some(({ path: file }) => path.posix.basename(file) === 'package.json')) {
    throw new Error('package.json was never committed.');
  }
  const committed = await changedBy(version, root, known);
  if (committed.length === 0) {
    return;
  }
  await ensureNothingUnderWay(root);
  const staged = await entriesOfIndex(folder);
  await putEntries(root, await changedBy(version, root, staged));
  try {
    await commitEntries(root, committed, version);
  } catch (error) {
    await putEntries(root, staged);
    throw error;
  }
  await acceptOthers(root, committed);
}

/** A hook may have added files to the commit, which the index of the repository does not have so. */
async function acceptOthers(root: string, committed: readonly Entry[]): Promise<void> {
  const list = await read(
    root,
    'diff-tree',
    '-r',
    '-z',
    '--root',
    '--no-commit-id',
    '--name-only',
    'HEAD',
  );
  const own = committed.map((entry) => entry.path);
  const others = list.split('\0').filter((file) => file !== '' && !own.includes(file));
  if (others.length > 0) {
    const input = others.join('\0');
    const words = ['reset', '--quiet', '--pathspec-from-file=-', '--pathspec-file-nul'];
    await git(root, words, { input });
  }
}

/** What git keeps of it while it lasts. */
const underWay: readonly (readonly [what: string, file: string])[] = [
  ['merge', 'MERGE_HEAD'],
  ['cherry-pick', 'CHERRY_PICK_HEAD'],
  ['revert', 'REVERT_HEAD'],
  ['rebase', 'rebase-merge'],
  ['rebase', 'rebase-apply'],
  ['bisect', 'BISECT_LOG'],
];

/** The commit would end it, with what is in the way of it left out, or be lost with it. */
async function ensureNothingUnderWay(root: string): Promise<void> {
  for (const [what, name] of underWay) {
    const file = path.resolve(root, await read(root, 'rev-parse', '--git-path', name));
    if (existsSync(file)) {
      throw new Error(`a ${what} is under way.`);
    }
  }
}

async function entriesOfHead(folder: string): Promise<Entry[]> {
  const list = await read(folder, 'ls-tree', '-z', '--full-name', 'HEAD', '--', ...versionFiles);
  return parseEntries(list, /^(\d+) blob ([\da-f]+)\t(.+)$/s);
}

async function entriesOfIndex(folder: string): Promise<Entry[]> {
  const list = await read(
    folder,
    'ls-files',
    '-z',
    '--stage',
    '--full-name',
    '--',
    ...versionFiles,
  );
  return parseEntries(list, /^(\d+) ([\da-f]+) 0\t(.+)$/s);
}

/** Files only: a link's content is where it leads to. */
function parseEntries(list: string, pattern: RegExp): Entry[] {
  return list.split('\0').flatMap((line) => {
    const [, mode = '', id = '', file = ''] = pattern.exec(line) ?? [];
    return mode.startsWith('100') ? [{ mode, id, path: file }] : [];
  });
}

/** Those that have another version, with this one. */
async function changedBy(version: string, root: string, entries: Entry[]): Promise<Entry[]> {
  const changed: Entry[] = [];
  for (const entry of entries) {
    const before = await git(root, ['cat-file', 'blob', entry.id]);
    const after = withVersion(path.posix.basename(entry.path), before, version);
    if (!after.equals(before)) {
      const id = await git(root, ['hash-object', '-w', '--stdin'], { input: after });
      changed.push({ ...entry, id: String(id).trim() });
    }
  }
  return changed;
}

async function putEntries(root: string, entries: Entry[], options?: GitOptions): Promise<void> {
  const input = entries.map(({ mode, id, path: file }) => `${mode} ${id} 0\t${file}\0`).join('');
  await git(root, ['update-index', '-z', '--index-info'], { ...options, input });
}

/** By an index of its own, which starts as a copy so that git need not read every file again. */
async function commitEntries(root: string, entries: Entry[], version: string): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'flexservice-index-'));
  const index = path.join(folder, 'index');
  try {
    await copyFile(path.resolve(root, await read(root, 'rev-parse', '--git-path', 'index')), index);
    await git(root, ['read-tree', '--reset', 'HEAD'], { index });
    await putEntries(root, entries, { index });
    await git(root, ['commit', '--quiet', '--message', version], { index });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function read(folder: string, ...words: string[]): Promise<string> {
  return String(await git(folder, words)).replace(/\n$/, '');
}
