import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../core/base/log';
import { messageOf } from '../../core/base/errors';
import type { DependencySet } from './dependencySet';
import { copyTree, describeTree } from './tree';

export interface DependencyLimits {
  /** What all sets together may take; those that were not used for longest go first. */
  readonly dependencyBytes: number;
  /** How long a set without a lock file stands for what npm would install now. */
  readonly unlockedMs: number;
}

/** Times in milliseconds since 1970. */
interface SetFacts {
  readonly installedAt: number;
  readonly keptAt: number;
  readonly bytes: number;
}

/** Caches that tools keep there say nothing about the packages. */
const skipped = ['.cache'];
const half = 'half-';

/**
 * Sets of installed dependencies, each a folder named by its key: complete or absent. A build moves
 * a set into its own folder, which takes no time, and a copy is kept for the next build while the
 * service starts. No service can write to another's set: nothing is linked, and a set that was
 * written to before its copy was made is not kept.
 */
export class DependencyStore {
  private readonly keeping = new Map<string, Promise<void>>();

  constructor(
    private readonly folder: string,
    private readonly limits: DependencyLimits,
    private readonly log: Log,
  ) {}

  /** Moves a set into a folder; answers when npm installed it, or undefined where there is none. */
  async take({ key = '', isLocked }: DependencySet, folder: string): Promise<number | undefined> {
    await this.keeping.get(key);
    if (key === '' || !existsSync(this.pathOf(key))) {
      return undefined;
    }
    const mine = this.pathOf(`${half}${randomUUID()}`);
    try {
      // Of several builds that want it one gets it, and the others install.
      await rename(this.pathOf(key), mine);
      const { installedAt } = await readFacts(mine);
      if (!isLocked && Date.now() - installedAt > this.limits.unlockedMs) {
        return undefined;
      }
      await rename(path.join(mine, 'node_modules'), path.join(folder, 'node_modules'));
      return installedAt;
    } catch (error) {
      this.log.warn(`Dependencies could not be used again: ${messageOf(error)}`);
      return undefined;
    } finally {
      await rm(mine, { recursive: true, force: true });
    }
  }

  /** Copies what is installed in a folder, in the background. Never throws. */
  keep({ key }: DependencySet, folder: string, installedAt: number): void {
    if (key === undefined || this.keeping.has(key)) {
      return;
    }
    const copying = this.copy(key, path.join(folder, 'node_modules'), installedAt)
      .catch((error: unknown) => {
        this.log.warn(`Dependencies are not kept for the next build: ${messageOf(error)}`);
      })
      .finally(() => this.keeping.delete(key));
    this.keeping.set(key, copying);
  }

  /** Resolves when nothing is copied any more: folders may be removed then. */
  async settled(): Promise<void> {
    await Promise.all(this.keeping.values());
  }

  /** Removes what a runtime that was killed has left half made. */
  async sweep(): Promise<void> {
    const names = await readdir(this.folder);
    await Promise.all(names.filter((name) => name.startsWith(half)).map((name) => this.drop(name)));
  }

  private async copy(key: string, source: string, installedAt: number): Promise<void> {
    const keptAt = Date.now();
    if (!existsSync(source) || existsSync(this.pathOf(key))) {
      return;
    }
    const folder = await mkdtemp(path.join(this.folder, half));
    try {
      await copyTree(source, path.join(folder, 'node_modules'), skipped);
      const { bytes, writtenAt } = await describeTree(source, skipped);
      // File times are finer than our clock's milliseconds.
      if (Math.floor(writtenAt) <= keptAt) {
        await writeFacts(folder, { installedAt, keptAt, bytes });
        await rename(folder, this.pathOf(key));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await this.evict();
  }

  private async evict(): Promise<void> {
    let bytes = 0;
    for (const set of await this.list()) {
      bytes += set.bytes;
      if (bytes > this.limits.dependencyBytes) {
        await this.drop(set.name);
      }
    }
  }

  /** The one that was used last comes first. */
  private async list(): Promise<(SetFacts & { name: string })[]> {
    const names = (await readdir(this.folder)).filter((name) => !name.startsWith(half));
    const sets = await Promise.all(
      names.map(async (name) => {
        // A build may just be taking it.
        const facts = await readFacts(this.pathOf(name)).catch(() => undefined);
        return facts ? [{ ...facts, name }] : [];
      }),
    );
    return sets.flat().sort((a, b) => b.keptAt - a.keptAt);
  }

  private async drop(name: string): Promise<void> {
    await rm(this.pathOf(name), { recursive: true, force: true });
  }

  private pathOf(key: string): string {
    return path.join(this.folder, key);
  }
}

async function readFacts(set: string): Promise<SetFacts> {
  return JSON.parse(await readFile(path.join(set, 'set.json'), 'utf8')) as SetFacts;
}

async function writeFacts(set: string, facts: SetFacts): Promise<void> {
  await writeFile(path.join(set, 'set.json'), JSON.stringify(facts));
}
