import path from 'node:path';
import { changedSince, type BundlePlan } from '../project/bundlePlan';
import { versionFiles } from '../project/versionEdit';
import { readJson } from './sources/packageFile';

/** What a folder's package.json says, whatever its version: a deploy sets that itself. */
export async function readWithoutVersion({ folder }: BundlePlan): Promise<string> {
  const json = await readJson(path.join(folder, 'package.json'));
  const isObject = typeof json === 'object' && json !== null;
  return JSON.stringify(isObject ? { ...json, version: undefined } : null);
}

/**
 * Whether a bundle has other scripts or JSON by now, lacks a file that it had, or has a package.json
 * that says something else. `manifest` is that of before.
 */
export async function areSourcesChanged(
  before: BundlePlan,
  now: BundlePlan,
  manifest: Promise<string>,
): Promise<boolean> {
  const changed = changedSince(before, now).map((file) => file.path);
  const isChanged = changed.some((name) => isSource(name) && !versionFiles.includes(name));
  const isLess = changedSince(now, before).some(({ path: name }) => !changed.includes(name));
  const isEdited = changed.includes('package.json');
  return isChanged || isLess || (isEdited && (await readWithoutVersion(now)) !== (await manifest));
}

function isSource(name: string): boolean {
  return /\.(?:[cm]?js|json)$/.test(name);
}
