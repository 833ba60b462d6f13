import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { atExit } from '../base/atExit';
import { throwIfAborted } from '../base/retry';
import type { BundlePlan } from '../project/bundlePlan';

export interface TrialFolder {
  /** Only its owner may look into it. */
  readonly folder: string;
  remove(): Promise<void>;
}

const removal = { recursive: true, force: true, maxRetries: 5 };

/**
 * What the instance would have of a folder: the files of the bundle and nothing else, beside the
 * dependencies that are installed in the folder. Throws `cancelled`, and what the disk throws; then
 * nothing is left of it.
 */
export async function createTrialFolder(
  bundle: BundlePlan,
  signal?: AbortSignal,
): Promise<TrialFolder> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'flexservice-start-')));
  const hastyEnd = atExit(() => rmSync(folder, removal));
  const remove = async () => {
    await rm(folder, removal);
    hastyEnd.dispose();
  };
  try {
    await fill(folder, bundle, signal);
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fill(
  folder: string,
  bundle: BundlePlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const directory of bundle.directories) {
    await mkdir(path.join(folder, directory), { recursive: true });
  }
  for (const file of bundle.files) {
    throwIfAborted(signal);
    await copyFile(file.absolute, path.join(folder, file.path));
  }
  const installed = path.join(bundle.folder, 'node_modules');
  if (!bundle.directories.includes('node_modules')) {
    // A junction needs no rights on Windows; elsewhere it is a link as any.
    await symlink(installed, path.join(folder, 'node_modules'), 'junction');
  }
}
