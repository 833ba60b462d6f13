import { readFile } from 'node:fs/promises';
import type { BundleFile, BundlePlan } from '../../project/bundlePlan';
import type { KeptBundle, KeptFile } from './keptBundle';

/** A file that is not as it was sent. */
export interface BundleChange {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
}

/** What a deploy would send now and did not send then, or differently; sorted by path. */
export async function findBundleChanges(
  sent: KeptBundle,
  { files }: BundlePlan,
): Promise<BundleChange[]> {
  const present = new Set(files.map(({ path }) => path));
  const changes: BundleChange[] = [...sent.files.keys()]
    .filter((path) => !present.has(path))
    .map((path) => ({ path, change: 'removed' }));
  for (const file of files) {
    const before = sent.files.get(file.path);
    if (!before) {
      changes.push({ path: file.path, change: 'added' });
    } else if (!(await isSame(before, file))) {
      changes.push({ path: file.path, change: 'changed' });
    }
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A file that cannot be read any more is another one. */
async function isSame({ content }: KeptFile, { absolute, size }: BundleFile): Promise<boolean> {
  if (content.length !== size) {
    return false;
  }
  const present = await readFile(absolute).catch(() => undefined);
  return present?.equals(content) === true;
}
