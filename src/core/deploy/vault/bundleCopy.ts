import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../base/errors';
import { bundleLimit, planBundle, type BundlePlan } from '../../project/bundlePlan';
import { applyVersionEdit, planVersionEdit } from '../../project/versionEdit';
import type { KeptBundle } from './keptBundle';

/** What was sent, in a folder of its own. */
export interface BundleCopy {
  readonly bundle: BundlePlan;
  /**
   * The same with this version in package.json and its locks. Throws `manifestInvalid`,
   * `fileInvalid` and `bundleTooLarge` as a deploy does.
   */
  setVersion(version: string): Promise<BundlePlan>;
}

/**
 * Writes what was sent into a folder for its owner only, which is removed when `use` has ended. The
 * service's own folder is not touched.
 */
export async function withBundleCopy<T>(
  bundle: KeptBundle,
  use: (copy: BundleCopy) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'flexservice-bundle-'));
  try {
    await write(bundle, folder);
    return await use({
      bundle: await planAll(folder),
      setVersion: (version) => setVersion(folder, version),
    });
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

function planAll(folder: string): Promise<BundlePlan> {
  return planBundle(folder, { rules: 'none' });
}

async function setVersion(folder: string, version: string): Promise<BundlePlan> {
  await applyVersionEdit(await planVersionEdit(folder, version));
  const bundle = await planAll(folder);
  if (bundle.tarBytes > bundleLimit) {
    throw new AppError(
      'bundleTooLarge',
      `With the new version the bundle has ${bundle.tarBytes} bytes; the limit is ${bundleLimit}.`,
    );
  }
  return bundle;
}
