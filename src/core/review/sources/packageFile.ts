import { readFile } from 'node:fs/promises';

/** What a package.json, of the service or of a folder inside it, says about its code. */
export interface PackageFile {
  readonly name?: string;
  readonly main?: string;
  /** How Node.js reads its scripts. */
  readonly type?: 'module' | 'commonjs';
  /** Of `engines`. */
  readonly node?: string;
  /** In dependencies, optionalDependencies or peerDependencies: name and version range. */
  readonly installed: ReadonlyMap<string, string>;
  /** Those of them whose installation may fail. */
  readonly optional: ReadonlySet<string>;
  readonly development: ReadonlyMap<string, string>;
}

const goals = ['module', 'commonjs'] as const;
const installedParts = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/** Undefined where it cannot be read or is no JSON object, which others tell. */
export async function readPackageFile(file: string): Promise<PackageFile | undefined> {
  const json = await readJson(file);
  if (typeof json !== 'object' || json === null) {
    return undefined;
  }
  const facts = new Map<string, unknown>(Object.entries(json));
  return {
    name: textOf(facts.get('name')),
    main: textOf(facts.get('main')),
    type: goals.find((goal) => goal === facts.get('type')),
    node: stringsOf(facts.get('engines')).get('node'),
    installed: new Map(installedParts.flatMap((part) => [...stringsOf(facts.get(part))])),
    optional: new Set(stringsOf(facts.get('optionalDependencies')).keys()),
    development: stringsOf(facts.get('devDependencies')),
  };
}

/** Undefined where it cannot be read or is no JSON. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function stringsOf(value: unknown): Map<string, string> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return new Map(entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}
