import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServiceManifest } from './serviceManifest';

/** What a build has to install. */
export interface DependencySet {
  /** There is nothing to install and no script to run. */
  readonly isEmpty: boolean;
  /** With a lock file, npm installs the very same each time. */
  readonly isLocked: boolean;
  /** The same for every build that gets the same node_modules; absent: it cannot be told. */
  readonly key?: string;
}

/** The scripts of a project that `npm install` runs in it: they may change any of its files. */
const installScripts = [
  ...['preinstall', 'install', 'postinstall', 'prepublish'],
  ...['preprepare', 'prepare', 'postprepare'],
];

/** Everything in package.json that decides what a production install makes. */
const decisive = [
  ...['dependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta'],
  ...['bundleDependencies', 'bundledDependencies', 'overrides', 'engines', 'os', 'cpu'],
];

/** Reads it from an unpacked bundle, for a major version of Node.js. */
export async function readDependencySet(
  folder: string,
  manifest: ServiceManifest,
  nodeMajor: number,
): Promise<DependencySet> {
  const names = await readdir(folder);
  const locks = await readAll(folder, ['npm-shrinkwrap.json', 'package-lock.json']);
  const [npmrc] = await readAll(folder, ['.npmrc']);
  const isLocked = locks.some((lock) => lock !== undefined);
  const runsScripts = names.includes('binding.gyp') || hasInstallScript(manifest);
  const isOnlyItsOwn =
    runsScripts ||
    names.includes('node_modules') ||
    'workspaces' in manifest ||
    refersToFiles(manifest) ||
    locks.some((lock) => lock?.match(/"(resolved|version)": *"file:|"link": *true/));
  if (isOnlyItsOwn) {
    return { isEmpty: false, isLocked };
  }
  const parts = [
    ...[process.platform, process.arch, nodeMajor, npmrc ?? null],
    ...decisive.map((name) => manifest[name] ?? null),
    ...locks.map((lock) => (lock === undefined ? null : withoutVersion(lock))),
  ];
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return { isEmpty: listDependencies(manifest).length === 0, isLocked, key };
}

function hasInstallScript({ scripts }: ServiceManifest): boolean {
  return installScripts.some((name) => name in asRecord(scripts));
}

/** Folders and packages of the bundle itself, which the key does not know. */
function refersToFiles(manifest: ServiceManifest): boolean {
  const text = JSON.stringify([...listDependencies(manifest), manifest.overrides ?? null]);
  return /"(file:|link:|\.{0,2}\/|~\/|[a-z]:[\\/])|"(?!\w+:\/\/)[^"]*\.(tgz|tar|tar\.gz)"/i.test(
    text,
  );
}

function listDependencies(manifest: ServiceManifest): unknown[] {
  return ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((name) =>
    Object.values(asRecord(manifest[name])),
  );
}

/** A lock file tells the version of the service too, which every deploy changes. */
function withoutVersion(lock: string): unknown {
  try {
    const parsed = asRecord(JSON.parse(lock));
    const packages = asRecord(parsed.packages);
    const root = { ...asRecord(packages['']), name: undefined, version: undefined };
    const others = { ...parsed, name: undefined, version: undefined };
    return { ...others, packages: { ...packages, '': root } };
  } catch {
    return lock;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function readAll(folder: string, names: readonly string[]): Promise<(string | undefined)[]> {
  return Promise.all(
    names.map((name) => readFile(path.join(folder, name), 'utf8').catch(() => undefined)),
  );
}
