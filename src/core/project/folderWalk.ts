import { realpathSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { AppError } from '../base/errors';
import { throwIfAborted } from '../base/retry';
import type { BundleFile, ExcludedPath } from './bundlePlan';
import type { BundleRules } from './bundleRules';
import { inTarget, linkTarget, targetBelow, type LinkTarget, type Unfollowed } from './linkTarget';
import { readableStats, readDirectory, realTarget, unreadableEntry } from './readableEntries';
import { Breaths } from './smallFiles';

/** Every entry takes at least 512 bytes of tar, so a bundle that fits has far fewer. */
const maxEntries = 50_000;

const linkIntoItself = { rule: 'link to a directory that it is in', obstacle: 'link' } as const;

export interface FoundPaths {
  readonly files: BundleFile[];
  readonly directories: string[];
  readonly excluded: ExcludedPath[];
}

/** Finds what a bundle could hold. Throws `noFolder` where there is no readable folder. */
export async function walkFolder(
  folder: string,
  rules: BundleRules,
  signal?: AbortSignal,
): Promise<FoundPaths> {
  const root = realFolder(folder);
  const walk = new FolderWalk(folder, { real: root, rules }, signal);
  await walk.visitDirectory({ relative: '', chain: [root], rules });
  return walk.found;
}

interface Directory {
  /** With `/`; '' is the root. */
  readonly relative: string;
  /** The real paths from the root down to this one: a link into it is a cycle. */
  readonly chain: readonly string[];
  /** Whether a link leads here. */
  readonly isLinked?: boolean;
  /** Of its parent. */
  readonly rules: BundleRules;
  /** Whether a link led here that is followed a single step: what is below is only named. */
  readonly isLastStep?: boolean;
  /** Where it really is, below a link that is followed: those rules count as well. */
  readonly target?: LinkTarget;
}

class FolderWalk {
  readonly found: FoundPaths = { files: [], directories: [], excluded: [] };
  private readonly breaths = new Breaths();
  private readonly prefix: string;

  constructor(
    private readonly folder: string,
    private readonly root: { readonly real: string; readonly rules: BundleRules },
    private readonly signal: AbortSignal | undefined,
  ) {
    this.prefix = path.join(folder, path.sep);
  }

  async visitDirectory(directory: Directory): Promise<void> {
    const { relative } = directory;
    throwIfAborted(this.signal);
    this.refuseTooMany();
    const entries = this.entriesOf(relative);
    if (!entries) {
      this.exclude(relative, unreadableEntry);
      return;
    }
    if (relative) {
      this.found.directories.push(relative);
    }
    const rules = directory.rules.enter(relative);
    const inside = { ...directory, rules, target: inTarget(directory.target) };
    for (const entry of entries) {
      const below = this.visit(entry, relative ? `${relative}/${entry.name}` : entry.name, inside);
      if (below) {
        await this.visitDirectory(below);
      }
      await this.breaths.take();
      throwIfAborted(this.signal);
    }
  }

  private entriesOf(relative: string): Dirent[] | undefined {
    try {
      return readDirectory(this.absoluteOf(relative));
    } catch {
      return undefined;
    }
  }

  /** Answers the directory that is to be visited next, as what it holds belongs to the bundle. */
  private visit(entry: Dirent, relative: string, parent: Directory): Directory | undefined {
    const target = targetBelow(parent.target, entry.name);
    const rule =
      parent.rules.ruleAgainst(relative, entry.isDirectory()) ??
      target?.rules.ruleAgainst(target.relative, entry.isDirectory());
    if (rule !== undefined) {
      this.exclude(relative, { rule });
    } else if (isLostInTar(relative)) {
      this.exclude(relative, { rule: 'name that a tar cannot keep', obstacle: 'name' });
    } else if (entry.isSymbolicLink()) {
      return this.visitLink(relative, parent);
    } else {
      const real = () => path.join(lastOf(parent.chain), entry.name);
      if (entry.isDirectory()) {
        return this.below(parent, { relative, chain: [...parent.chain, real()], target });
      }
      this.visitFile(relative, parent.isLinked ? real() : undefined);
    }
    return undefined;
  }

  private below(parent: Directory, directory: Partial<Directory>): Directory | undefined {
    const below = { ...parent, ...directory };
    if (!parent.isLastStep) {
      return below;
    }
    this.found.directories.push(below.relative);
    return undefined;
  }

  private visitLink(relative: string, parent: Directory): Directory | undefined {
    const { rules, chain } = parent;
    const found = realTarget(this.absoluteOf(relative));
    if ('rule' in found) {
      this.exclude(relative, found);
      return undefined;
    }
    const isDirectory = found.stats.isDirectory();
    const target = this.targetOf({ ...found, isDirectory }, parent);
    if (target && 'rule' in target) {
      this.exclude(relative, target);
      return undefined;
    }
    if (!isDirectory) {
      this.visitFile(relative, found.real);
      return undefined;
    }
    const isLastStep = rules.links === 'oneStep';
    const below = { relative, chain: [...chain, found.real], isLinked: true, isLastStep, target };
    return this.below(parent, below);
  }

  /** Why a link is not followed, else where it leads; a link that is followed anyway has none. */
  private targetOf(
    found: { real: string; isDirectory: boolean },
    { rules, chain }: Directory,
  ): LinkTarget | Unfollowed | undefined {
    if (rules.links === 'oneStep') {
      return undefined;
    }
    const target = linkTarget(this.root, found);
    const isCycle = found.isDirectory && chain.includes(found.real);
    return isCycle && !('rule' in target) ? linkIntoItself : target;
  }

  /** `real`: where a link leads. */
  private visitFile(relative: string, real?: string): void {
    this.refuseTooMany();
    const absolute = this.absoluteOf(relative);
    const stats = readableStats(absolute);
    if (!stats) {
      this.exclude(relative, unreadableEntry);
      return;
    }
    if (!stats.isFile()) {
      this.exclude(relative, { rule: 'is no regular file', obstacle: 'special' });
      return;
    }
    const { size, mode, mtimeMs: modified } = stats;
    const kept = { path: relative, absolute, size, mode: mode & 0o777, modified };
    // Thousands of files, few of them by way of a link.
    this.found.files.push(real === undefined ? kept : { ...kept, real: this.within(real) });
  }

  /** As path.join() tells it, in a tenth of its time: there are thousands of files. */
  private absoluteOf(relative: string): string {
    return this.prefix + (path.sep === '/' ? relative : relative.replaceAll('/', path.sep));
  }

  private within(real: string): string {
    return path.relative(this.root.real, real).split(path.sep).join('/');
  }

  private exclude(relative: string, why: Omit<ExcludedPath, 'path'>): void {
    this.found.excluded.push({ path: relative, ...why });
  }

  private refuseTooMany(): void {
    if (this.found.files.length + this.found.directories.length >= maxEntries) {
      throw new AppError(
        'bundleTooLarge',
        `${this.folder} holds more than ${maxEntries} files, far more than a service may have: open the folder of the service itself.`,
      );
    }
  }
}

/** The archive would store another name than the one on disk. */
function isLostInTar(relative: string): boolean {
  return relative.includes('\\') || /^\w+:/.test(relative);
}

function realFolder(folder: string): string {
  try {
    readDirectory(folder);
    return realpathSync.native(folder);
  } catch (cause) {
    throw new AppError('noFolder', `The folder ${folder} cannot be read.`, { cause });
  }
}

function lastOf(chain: readonly string[]): string {
  return chain.at(-1) ?? '';
}
