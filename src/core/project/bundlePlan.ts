import { tarEndBytes, tarEntryBytes } from './tarSize';
import { walkFolder } from './folderWalk';

export interface BundleFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly absolute: string;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What a deploy sends, decided before anything is read. */
export interface BundlePlan {
  readonly folder: string;
  /** Sorted by path. */
  readonly files: readonly BundleFile[];
  /** Relative paths, sorted; empty directories too. */
  readonly directories: readonly string[];
  readonly excluded: readonly ExcludedPath[];
  /** The exact size of the tar that `createArchive` makes of this. */
  readonly tarBytes: number;
}

export interface ExcludedPath {
  /** Relative to the folder, with `/`; of a directory everything below it is excluded too. */
  readonly path: string;
  /** The pattern that excludes it, or the reason in words. */
  readonly rule: string;
}

/** Bytes of tar that an instance takes, headers and padding included; contract 4.3. */
export const bundleLimit = 10_485_760;

/**
 * Decides what of a folder is deployed. Links are followed where they stay inside the folder.
 * Throws `noFolder` where there is no folder, `bundleTooLarge` where there are absurdly many files.
 */
export async function planBundle(folder: string, signal?: AbortSignal): Promise<BundlePlan> {
  const { files, directories, excluded } = await walkFolder(folder, signal);
  return {
    folder,
    files: files.sort(byPath),
    directories: directories.sort(),
    excluded: excluded.sort(byPath),
    tarBytes: tarSize(files, directories),
  };
}

function tarSize(files: readonly BundleFile[], directories: readonly string[]): number {
  const ofFiles = files.map((file) => tarEntryBytes(file.path, file.size));
  const ofDirectories = directories.map((directory) => tarEntryBytes(`${directory}/`, 0));
  return [...ofFiles, ...ofDirectories].reduce((sum, bytes) => sum + bytes, tarEndBytes);
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : 1;
}
