import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../../core/base/writeAtomic';
import { segment } from './segment';
import { describeTree } from './tree';

export interface VersionLimits {
  /** How many versions of a service environment are kept, the one that serves among them. */
  readonly versionsKept: number;
  /** What they may take together; the one that serves stays whatever it takes. */
  readonly versionBytes: number;
}

interface VersionFacts {
  /** Milliseconds since 1970. */
  readonly servedAt: number;
  readonly bytes: number;
}

/**
 * The versions of one service environment: `versions/<name>` to be started,
 * `bundles/<name>.tar` as it was sent, and `bundles/<name>.json` from when it first served. What has
 * never served is half made or was no good, and is not kept.
 */
export class KeptVersions {
  private readonly versions: string;
  private readonly bundles: string;

  constructor(
    folder: string,
    private readonly limits: VersionLimits,
  ) {
    this.versions = path.join(folder, 'versions');
    this.bundles = path.join(folder, 'bundles');
  }

  folderOf(name: string): string {
    return path.join(this.versions, segment(name));
  }

  /** undefined where it is not kept. */
  bundleOf(name: string): string | undefined {
    const bundle = path.join(this.bundles, `${name}.tar`);
    return existsSync(bundle) ? bundle : undefined;
  }

  /** Keeps what was sent, so that the version can be built again, for another Node.js. */
  async addBundle(name: string, archive: string): Promise<void> {
    await mkdir(this.bundles, { recursive: true });
    const bundle = path.join(this.bundles, `${name}.tar`);
    await copyFile(archive, bundle, constants.COPYFILE_FICLONE);
  }

  /** Keeps the version that serves and the ones that served before it, and removes all others. */
  async sweep(serving: string | undefined): Promise<void> {
    if (serving !== undefined) {
      await this.noteServing(serving);
    }
    const kept = await this.choose(serving);
    const isOld = (file: string) => !kept.has(path.parse(file).name);
    await Promise.all([
      removeFrom(this.versions, (name) => !kept.has(name)),
      removeFrom(this.bundles, isOld),
    ]);
  }

  private async noteServing(name: string): Promise<void> {
    const file = this.factsFile(name);
    if (!existsSync(file)) {
      const { bytes } = await describeTree(this.folderOf(name));
      const facts: VersionFacts = { servedAt: Date.now(), bytes };
      await mkdir(this.bundles, { recursive: true });
      await writeAtomic(file, JSON.stringify(facts));
    }
  }

  private async choose(serving: string | undefined): Promise<Set<string>> {
    const { versionsKept, versionBytes } = this.limits;
    const kept = new Set<string>();
    let bytes = 0;
    for (const version of await this.list(serving)) {
      bytes += version.bytes;
      if (version.name === serving || (kept.size < versionsKept && bytes <= versionBytes)) {
        kept.add(version.name);
      }
    }
    return kept;
  }

  /** The one that serves, then the one that served last, and so on. */
  private async list(serving: string | undefined): Promise<(VersionFacts & { name: string })[]> {
    const files = await readdir(this.bundles).catch(() => []);
    const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
    const all = await Promise.all(
      names.map(async (name) => ({ name, ...(await this.readFacts(name)) })),
    );
    const rank = (name: string) => (name === serving ? 0 : 1);
    return all.sort((a, b) => rank(a.name) - rank(b.name) || b.servedAt - a.servedAt);
  }

  private async readFacts(name: string): Promise<VersionFacts> {
    return JSON.parse(await readFile(this.factsFile(name), 'utf8')) as VersionFacts;
  }

  private factsFile(name: string): string {
    return path.join(this.bundles, `${name}.json`);
  }
}

async function removeFrom(folder: string, isOld: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(
    names
      .filter(isOld)
      .map((name) => rm(path.join(folder, name), { recursive: true, force: true })),
  );
}
