import path from 'node:path';
import { valid } from 'semver';
import { LockedPackages } from './lockedPackages';
import { readPackageFile } from './packageFile';

/** What npm takes for a name; a script may require anything. */
const packageName = /^(?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*$/;

/**
 * How npm is asked to make a package one of the dependencies of a folder: in the version that the
 * folder works with by now, where there is one. Undefined for what is no package.
 */
export async function npmRequest(folder: string, name: string): Promise<string[] | undefined> {
  if (!packageName.test(name)) {
    return undefined;
  }
  const manifest = await readPackageFile(path.join(folder, 'package.json'));
  const locked = await LockedPackages.read(folder);
  const moved = manifest?.development.get(name);
  const exact = moved !== undefined && valid(moved) !== null ? ['--save-exact'] : [];
  const present = moved ?? locked.versionOf(name);
  const wanted = present === undefined ? name : `${name}@${present}`;
  return ['install', '--save-prod', ...exact, wanted];
}
