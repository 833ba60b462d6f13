import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { planBundle } from '../../../../../src/core/project/bundlePlan';
import { scanBundle } from '../../../../../src/core/review/leaks/leakScan';
import { Random } from '../../../../support/random';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';

export const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Made here: a token in a file of this project would be told to us by every scanner. */
export function randomText(length: number, characters = letters, seed = 7): string {
  const random = new Random(seed);
  return Array.from({ length }, () => characters.charAt(random.below(characters.length))).join('');
}

export function hex(length: number, seed?: number): string {
  return randomText(length, '0123456789abcdef', seed);
}

/** A folder, and what in it looks like a secret. */
export class LeakTrial {
  readonly folder = createScratchFolder('leaks');

  async put(name: string, content: string | Buffer): Promise<void> {
    await mkdir(path.dirname(path.join(this.folder, name)), { recursive: true });
    await writeFile(path.join(this.folder, name), content);
  }

  async scan(secrets: string[] = [], asCli = false) {
    return scanBundle(await planBundle(this.folder, { asCli }), { secrets });
  }

  /** Each leak as 'index.js:1 random text'. */
  async places(secrets?: string[], asCli?: boolean): Promise<string[]> {
    const leaks = await this.scan(secrets, asCli);
    return leaks.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
  }

  end(): void {
    removeScratchFolder(this.folder);
  }
}
