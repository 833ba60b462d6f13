import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../base/errors';
import { bundleLimit, planBundle, type BundlePlan } from '../../project/bundlePlan';
import { applyVersionEdit, planVersionEdit } from '../../project/versionEdit';
import type { KeptBundle } from './keptBundle';

/**
 * Writes what was sent into a folder of its own, for its owner only, sets the version there, and
 * removes the folder when `use` has ended. The service's own folder is not touched. Throws
 * `manifestInvalid`, `fileInvalid` and `bundleTooLarge` as a deploy does.
 */
export async function withBundleCopy<T>(
  bundle: KeptBundle,
  version: string,
  use: (bundle: BundlePlan) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'flexservice-bundle-'));
  try {
    await write(bundle, folder);
    await applyVersionEdit(await planVersionEdit(folder, version));
    return await use(await planAll(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write({ directories, files }: KeptBundle, folder: string): Promise<void> {
  for (const directory of directories) {
    await mkdir(path.join(folder, directory), { recursive: true });
  }
  for (const [name, { content, mode }] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content, { mode });
  }
}

async function planAll(folder: string): Promise<BundlePlan> {
  const bundle = await planBundle(folder, { rules: 'none' });
  if (bundle.tarBytes > bundleLimit) {
    throw new AppError(
      'bundleTooLarge',
      `With the new version the bundle has ${bundle.tarBytes} bytes; the limit is ${bundleLimit}.`,
    );
  }
  return bundle;
}
