import { readFile } from 'node:fs/promises';
import type { BundleFile, BundlePlan } from '../../project/bundlePlan';
import type { KeptBundle, KeptFile } from './keptBundle';

/** Something that is not as it was sent. */
export interface BundleChange {
  /** Relative to the folder, with `/`; that of a folder that holds nothing ends in one. */
  readonly path: string;
  /** A file may have changed and be `executable`, or not be it any more: two changes. */
  readonly change: 'added' | 'changed' | 'removed' | 'executable' | 'notExecutable';
}

/** The owner's; as in git, the other bits of a mode are left to the machine. */
const executeBit = 0o100;

/** What a deploy would send now and did not send then, or differently; sorted by path. */
export async function findBundleChanges(
  sent: KeptBundle,
  plan: BundlePlan,
): Promise<BundleChange[]> {
  const then = pathsOf(sent.directories, [...sent.files.keys()]);
  const now = pathsOf(
    plan.directories,
    plan.files.map(({ path }) => path),
  );
  const changes: BundleChange[] = [
    ...lacking(now, then).map((path) => ({ path, change: 'removed' }) as const),
    ...lacking(then, now).map((path) => ({ path, change: 'added' }) as const),
  ];
  for (const file of plan.files) {
    const before = sent.files.get(file.path);
    changes.push(...(before ? await differences(before, file) : []));
  }
  return changes.sort((a, b) => Number(a.path > b.path) - Number(a.path < b.path));
}

/** Folders too, which end in `/`. */
function pathsOf(directories: readonly string[], files: readonly string[]): string[] {
  return [...directories.map((path) => `${path}/`), ...files];
}

/** What only the other has; a folder only where nothing in it tells of it. */
function lacking(paths: readonly string[], other: readonly string[]): string[] {
  const known = new Set(paths);
  const parents = new Set(other.map((path) => path.replace(/[^/]*\/?$/, '')));
  return other.filter((path) => !known.has(path) && !parents.has(path));
}

async function differences(before: KeptFile, file: BundleFile): Promise<BundleChange[]> {
  const { path, mode } = file;
  const isSameMode = (before.mode & executeBit) === (mode & executeBit);
  return [
    ...((await isSame(before, file)) ? [] : [{ path, change: 'changed' } as const]),
    ...(isSameMode
      ? []
      : [{ path, change: mode & executeBit ? 'executable' : 'notExecutable' } as const]),
  ];
}

/** A file that cannot be read any more is another one. */
async function isSame({ content }: KeptFile, { absolute, size }: BundleFile): Promise<boolean> {
  if (content.length !== size) {
    return false;
  }
  const present = await readFile(absolute).catch(() => undefined);
  return present?.equals(content) === true;
}
