import { tarEndBytes, tarEntryBytes } from './tarSize';
import { cliRules, noRules, ownRulesOf, type BundleRules } from './bundleRules';
import { walkFolder } from './folderWalk';

export interface BundleFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly absolute: string;
  /** As `path`, where it really is; absent where no link leads there. */
  readonly real?: string;
  /** Bytes, as sent. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** When its content changed; milliseconds since 1970, with fractions. */
  readonly modified: number;
  /** What is sent in place of what the file holds, which is so many bytes. */
  readonly content?: Buffer;
  readonly heldBytes?: number;
}

/** What a deploy sends, decided before anything is read. */
export interface BundlePlan {
  readonly folder: string;
  /** Whether it holds what kinvey-cli would send, instead of what our rules leave. */
  readonly asCli: boolean;
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
  /** Absent where somebody's rule excludes it; else it cannot be sent, whatever was wanted. */
  readonly obstacle?: Obstacle;
}

/** `special`: a socket, a pipe or a device; whoever opens one may wait for ever. */
export type Obstacle = 'unreadable' | 'special' | 'link' | 'name';

/** Bytes of tar that an instance takes, headers and padding included; contract 4.3. */
export const bundleLimit = 10_485_760;

export interface BundleOptions {
  readonly asCli?: boolean;
  /** `none`: everything in the folder, as what was decided before. */
  readonly rules?: 'none';
  readonly signal?: AbortSignal;
}

/**
 * Decides what of a folder is deployed. Throws `noFolder` where there is no folder, `fileInvalid`
 * where a `.kinveyignore` cannot be read, `bundleTooLarge` where there are absurdly many files.
 */
export async function planBundle(folder: string, options: BundleOptions = {}): Promise<BundlePlan> {
  const { asCli = false, signal } = options;
  const { files, directories, excluded } = await walkFolder(
    folder,
    await rulesOf(folder, options),
    signal,
  );
  return {
    folder,
    asCli,
    files: files.sort(byPath),
    directories: directories.sort(),
    excluded: excluded.sort(byPath),
    tarBytes: tarSize(files, directories),
  };
}

/**
 * The same with other content (by path) in those of its files that there are, and in what links lead
 * there by.
 */
export function withContents(plan: BundlePlan, contents: ReadonlyMap<string, Buffer>): BundlePlan {
  const named = plan.files.filter(({ path }) => contents.has(path));
  const byReal = new Map(named.map(({ path, real = path }) => [real, contents.get(path)]));
  const files = plan.files.map((file) => {
    const content = byReal.get(file.real ?? file.path);
    return content ? { ...file, size: content.length, content, heldBytes: file.size } : file;
  });
  return { ...plan, files, tarBytes: tarSize(files, plan.directories) };
}

/** The files of a plan that an earlier plan of the folder does not have, or not as they are now. */
export function changedSince(before: BundlePlan, now: BundlePlan): readonly BundleFile[] {
  const known = new Map(before.files.map((file) => [file.path, file]));
  return now.files.filter((file) => {
    const old = known.get(file.path);
    return old?.size !== file.size || old.modified !== file.modified;
  });
}

function rulesOf(folder: string, { asCli, rules }: BundleOptions): Promise<BundleRules> {
  if (rules === 'none') {
    return Promise.resolve(noRules);
  }
  return asCli ? Promise.resolve(cliRules) : ownRulesOf(folder);
}

function tarSize(files: readonly BundleFile[], directories: readonly string[]): number {
  const ofFiles = files.map((file) => tarEntryBytes(file.path, file.size));
  const ofDirectories = directories.map((directory) => tarEntryBytes(`${directory}/`, 0));
  return [...ofFiles, ...ofDirectories].reduce((sum, bytes) => sum + bytes, tarEndBytes);
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : 1;
}
