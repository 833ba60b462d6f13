import type { Dirent, Stats } from 'node:fs';
import { access, constants, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../base/errors';
import { throwIfAborted } from '../base/retry';
import type { BundleFile, ExcludedPath } from './bundlePlan';
import { ruleAgainst } from './bundleRules';

/** Every entry takes at least 512 bytes of tar, so a bundle that fits has far fewer. */
const maxEntries = 50_000;

export interface FoundPaths {
  readonly files: BundleFile[];
  readonly directories: string[];
  readonly excluded: ExcludedPath[];
}

/** Finds what a bundle could hold. Throws `noFolder` where there is no readable folder. */
export async function walkFolder(folder: string, signal?: AbortSignal): Promise<FoundPaths> {
  const root = await realFolder(folder);
  const walk = new FolderWalk(folder, root, await packedDependencies(folder), signal);
  await walk.visitDirectory('', [root]);
  return walk.found;
}

class FolderWalk {
  readonly found: FoundPaths = { files: [], directories: [], excluded: [] };

  constructor(
    private readonly folder: string,
    private readonly root: string,
    private readonly kept: ReadonlySet<string>,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** `chain` holds the real paths from the root down to this directory: a link into it is a cycle. */
  async visitDirectory(relative: string, chain: readonly string[]): Promise<void> {
    throwIfAborted(this.signal);
    this.refuseTooMany();
    const entries = await readDirectory(path.join(this.folder, relative));
    if (!entries) {
      this.exclude(relative, 'cannot be read');
      return;
    }
    if (relative) {
      this.found.directories.push(relative);
    }
    for (const entry of entries) {
      await this.visit(entry, relative ? `${relative}/${entry.name}` : entry.name, chain);
    }
  }

  private async visit(entry: Dirent, relative: string, chain: readonly string[]): Promise<void> {
    const rule = this.ruleAgainst(relative) ?? nameProblem(relative);
    if (rule !== undefined) {
      this.exclude(relative, rule);
      return;
    }
    if (entry.isSymbolicLink()) {
      return this.visitLink(relative, chain);
    }
    if (entry.isDirectory()) {
      return this.visitDirectory(relative, [...chain, path.join(lastOf(chain), entry.name)]);
    }
    return this.visitFile(relative);
  }

  private async visitLink(relative: string, chain: readonly string[]): Promise<void> {
    const target = await realTarget(path.join(this.folder, relative));
    if (!target) {
      this.exclude(relative, 'link that leads nowhere');
      return;
    }
    const inside = path.relative(this.root, target.real).split(path.sep).join('/');
    if (inside === '..' || inside.startsWith('../') || path.isAbsolute(inside)) {
      this.exclude(relative, 'link that leaves the folder');
      return;
    }
    const rule = this.ruleAgainst(inside);
    if (rule !== undefined) {
      this.exclude(relative, `link to ${inside}, which is excluded (${rule})`);
      return;
    }
    if (!target.stats.isDirectory()) {
      return this.visitFile(relative);
    }
    if (chain.includes(target.real)) {
      this.exclude(relative, 'link to a directory that it is in');
      return;
    }
    return this.visitDirectory(relative, [...chain, target.real]);
  }

  private async visitFile(relative: string): Promise<void> {
    this.refuseTooMany();
    const absolute = path.join(this.folder, relative);
    const stats = await readableStats(absolute);
    if (!stats) {
      this.exclude(relative, 'cannot be read');
      return;
    }
    if (!stats.isFile()) {
      this.exclude(relative, 'is no regular file');
      return;
    }
    const { size, mode } = stats;
    this.found.files.push({ path: relative, absolute, size, mode: mode & 0o777 });
  }

  private ruleAgainst(relative: string): string | undefined {
    return this.kept.has(relative) ? undefined : ruleAgainst(relative);
  }

  private exclude(relative: string, rule: string): void {
    this.found.excluded.push({ path: relative, rule });
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
function nameProblem(relative: string): string | undefined {
  return relative.includes('\\') || /^\w+:/.test(relative)
    ? 'name that a tar cannot keep'
    : undefined;
}

async function realFolder(folder: string): Promise<string> {
  try {
    await readdir(folder);
    return await realpath(folder);
  } catch (cause) {
    throw new AppError('noFolder', `The folder ${folder} cannot be read.`, { cause });
  }
}

/** Packages that package.json takes from the folder itself ("file:lib-1.0.0.tgz"): no leftovers. */
async function packedDependencies(folder: string): Promise<ReadonlySet<string>> {
  const manifest = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '');
  const found = manifest.matchAll(/"file:(?:\.\/)?([^"/]+\.tgz)"/g);
  return new Set([...found].flatMap(([, name]) => name ?? []));
}

async function readDirectory(absolute: string): Promise<Dirent[] | undefined> {
  return readdir(absolute, { withFileTypes: true }).catch(() => undefined);
}

async function realTarget(link: string): Promise<{ real: string; stats: Stats } | undefined> {
  try {
    return { real: await realpath(link), stats: await stat(link) };
  } catch {
    return undefined;
  }
}

/** Undefined when the file cannot be read; a device or pipe is told by its stats, never opened. */
async function readableStats(absolute: string): Promise<Stats | undefined> {
  try {
    await access(absolute, constants.R_OK);
    return await stat(absolute);
  } catch {
    return undefined;
  }
}

function lastOf(chain: readonly string[]): string {
  return chain.at(-1) ?? '';
}
