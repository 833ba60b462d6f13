import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { IgnoreFiles } from './ignoreFiles';
import { versionFiles } from './versionEdit';

/** What of a directory belongs into a bundle. */
export interface BundleRules {
  /** Whether links are followed as far as they stay inside, or a single step wherever they lead. */
  readonly links: 'inside' | 'oneStep';
  /** The rules below a directory (relative, with `/`; '' is the root). Throws `fileInvalid`. */
  enter(directory: string): BundleRules;
  /** What leaves a path (relative, with `/`) out, in words for a person; undefined: nothing. */
  ruleAgainst(relative: string, isDirectory: boolean): string | undefined;
}

/** What nobody can forget to leave out, and over that what the folder's `.kinveyignore` says. */
class OwnRules implements BundleRules {
  readonly links = 'inside';

  /** `kept` are paths that no built-in rule leaves out. */
  constructor(
    private readonly folder: string,
    private readonly kept: ReadonlySet<string>,
    private readonly ignoreFiles = IgnoreFiles.none,
  ) {}

  enter(directory: string): BundleRules {
    const below = this.ignoreFiles.enter(this.folder, directory);
    return below === this.ignoreFiles ? this : new OwnRules(this.folder, this.kept, below);
  }

  ruleAgainst(relative: string, isDirectory: boolean): string | undefined {
    const builtIn = this.kept.has(relative) ? undefined : builtInRule(relative);
    return builtIn ?? this.ignoreFiles.ruleAgainst(relative, isDirectory);
  }
}

export async function ownRulesOf(folder: string): Promise<BundleRules> {
  return new OwnRules(folder, await packedDependencies(folder));
}

/** Packages that package.json takes from the folder itself ("file:lib-1.0.0.tgz"): no leftovers. */
async function packedDependencies(folder: string): Promise<ReadonlySet<string>> {
  const manifest = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '');
  const found = manifest.matchAll(/"file:(?:\.\/)?([^"/]+\.tgz)"/g);
  return new Set([...found].flatMap(([, name]) => name ?? []));
}

/** What kinvey-cli leaves out: whatever begins with one of these (contract 4.2). */
const cliPrefixes: readonly string[] = ['.git', '.svn', 'node_modules', 'output.log'];

export const cliRules: BundleRules = {
  links: 'oneStep',
  enter: () => cliRules,
  ruleAgainst: (relative) => {
    const prefix = cliPrefixes.find((one) => relative.startsWith(one));
    return prefix && `${prefix}… (as kinvey-cli)`;
  },
};

/** Leaves nothing out. */
export const noRules: BundleRules = {
  links: 'inside',
  enter: () => noRules,
  ruleAgainst: () => undefined,
};

/**
 * What never belongs into a bundle, as patterns of one path segment. The reasons: version control
 * and editors, what the instance installs itself, what is secret, what is only local.
 */
const atAnyDepth: readonly string[] = [
  '.git',
  '.svn',
  '.hg',
  'node_modules',
  '.env*',
  '.DS_Store',
  'Thumbs.db',
  'desktop.ini',
  '*.swp',
  '.#*',
  '*~',
];
const atRoot: readonly string[] = [
  '.kinvey',
  'output.log*',
  '.vscode',
  '.idea',
  '.vs',
  '*.vsix',
  '*.tgz',
];

/** What is written by way of another file beside it, which a process that is killed leaves. */
const written: readonly string[] = ['.kinvey', ...versionFiles].map((name) => `${name}.[0-9]*`);

/** Tells of a path whether a segment of it matches at all: nearly none does, of thousands. */
const anyMatch = new RegExp(
  `^(?:${sourceOf([...atRoot, ...written])})(?:/|$)|(?:^|/)(?:${sourceOf(atAnyDepth)})(?:/|$)`,
);
const nested = atAnyDepth.map(toMatcher);
const root = [...atAnyDepth, ...atRoot, ...written].map(toMatcher);

/** The built-in rule that keeps a path (relative, with `/`) out of the bundle; undefined: none. */
export function builtInRule(relative: string): string | undefined {
  if (!anyMatch.test(relative)) {
    return undefined;
  }
  for (const [depth, segment] of relative.split('/').entries()) {
    const rules = depth === 0 ? root : nested;
    const hit = rules.find((rule) => rule.expression.test(segment));
    if (hit) {
      return hit.pattern;
    }
  }
  return undefined;
}

function toMatcher(pattern: string): { pattern: string; expression: RegExp } {
  return { pattern, expression: new RegExp(`^${sourceOf([pattern])}$`) };
}

function sourceOf(patterns: readonly string[]): string {
  return patterns
    .map((pattern) => pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*'))
    .join('|');
}
