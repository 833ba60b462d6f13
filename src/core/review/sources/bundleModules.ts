import path from 'node:path';
import type { BundlePlan } from '../../project/bundlePlan';
import type { PackageFile } from './packageFile';

/** Where a relative require or import leads; else why nowhere. */
export type Resolution = { readonly file: string } | NoFile;

export interface NoFile {
  readonly file?: undefined;
  readonly reason: 'missing' | 'excluded' | 'outside' | 'otherCase' | 'noExtension';
  /** The rule that excludes it, or the path as it would be right. */
  readonly detail: string;
}

const endings = ['.js', '.json', '.node'];

/** Finds the files of a bundle as Node.js would find them on the instance, where case counts. */
export class BundleModules {
  private readonly files: ReadonlySet<string>;
  private readonly directories: ReadonlySet<string>;
  private readonly byLowerCase: ReadonlyMap<string, string>;
  private readonly resolved = new Map<string, Resolution>();

  constructor(
    private readonly plan: BundlePlan,
    /** By their directories; '' is the root. */
    private readonly packages: ReadonlyMap<string, PackageFile>,
  ) {
    this.files = new Set(plan.files.map((file) => file.path));
    this.directories = new Set(plan.directories);
    this.byLowerCase = new Map(plan.files.map((file) => [file.path.toLowerCase(), file.path]));
  }

  /** Whether a directory above a file brings a package along, in a node_modules that is sent. */
  bringsPackage(from: string, name: string): boolean {
    return parentsOf(from).some((parent) =>
      this.directories.has(path.posix.join(parent, 'node_modules', name)),
    );
  }

  /** Whether this file is sent, exactly so. */
  holds(file: string): boolean {
    return this.files.has(file);
  }

  /** The rule that leaves a file out; undefined: none does. */
  ruleAgainst(file: string): string | undefined {
    return this.plan.excluded.find(({ path: out }) => file === out || file.startsWith(`${out}/`))
      ?.rule;
  }

  /** Of the package.json that a file belongs to. */
  packageOf(file: string): PackageFile | undefined {
    const owner = parentsOf(file).find((parent) => this.packages.has(parent));
    return owner === undefined ? undefined : this.packages.get(owner);
  }

  /** Several checks ask for the same one. */
  resolve(from: string, specifier: string, kind: 'require' | 'import'): Resolution {
    const key = [kind, from, specifier].join('\n');
    const known = this.resolved.get(key) ?? this.lookFor(from, specifier, kind);
    this.resolved.set(key, known);
    return known;
  }

  private lookFor(from: string, specifier: string, kind: 'require' | 'import'): Resolution {
    const [name = ''] = kind === 'import' ? specifier.split(/[?#]/) : [specifier];
    const target = path.posix.join(path.posix.dirname(from), name);
    if (/^\.\.(?:\/|$)/.test(target)) {
      return { reason: 'outside', detail: target };
    }
    const exact = target.replace(/^\.?\/?$/, '');
    const required = this.candidates(exact);
    const candidates = kind === 'import' ? [exact] : required;
    const file = candidates.find((one) => this.files.has(one));
    return file === undefined ? this.whyNot(candidates, required) : { file };
  }

  /** What `require` tries, in its order. */
  private candidates(target: string): string[] {
    const directory = target.replace(/\/$/, '');
    const asFile = withEndings(directory);
    const inside = (name: string) => (directory ? `${directory}/${name}` : name);
    const main = this.packages.get(directory)?.main;
    const asMain = main === undefined ? [] : mainCandidates(path.posix.join(directory, main));
    const asDirectory = [...asMain, ...withEndings(inside('index'))];
    return directory === target && directory !== '' ? [...asFile, ...asDirectory] : asDirectory;
  }

  private whyNot(candidates: readonly string[], required: readonly string[]): NoFile {
    const rule = candidates.map((one) => this.ruleAgainst(one)).find((one) => one !== undefined);
    if (rule !== undefined) {
      return { reason: 'excluded', detail: rule };
    }
    const other = candidates.map((one) => this.byLowerCase.get(one.toLowerCase())).find(Boolean);
    if (other !== undefined) {
      return { reason: 'otherCase', detail: other };
    }
    const whole = required.find((one) => this.files.has(one));
    return whole === undefined
      ? { reason: 'missing', detail: candidates[0] ?? '' }
      : { reason: 'noExtension', detail: whole };
  }
}

function withEndings(file: string): string[] {
  return [file, ...endings.map((ending) => file + ending)];
}

function mainCandidates(main: string): string[] {
  const file = main.replace(/\/$/, '');
  return [...withEndings(file), ...withEndings(`${file}/index`)];
}

/** The directories above a path, the nearest first; the last is ''. */
function parentsOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return [...parts, ''].map((_, index) => parts.slice(0, parts.length - index).join('/'));
}
