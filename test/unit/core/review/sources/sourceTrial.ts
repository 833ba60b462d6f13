import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { planBundle } from '../../../../../src/core/project/bundlePlan';
import { checkSources } from '../../../../../src/core/review/sources/sourceChecks';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';

export const dependencies = { 'kinvey-flex-sdk': '^3.0.0' };

/** A service in a folder of its own, and what its sources tell. */
export class SourceTrial {
  readonly folder = createScratchFolder('sources');

  /** With nothing but a package.json. */
  static async start(): Promise<SourceTrial> {
    const trial = new SourceTrial();
    await trial.put({ 'package.json': { name: 'orders', dependencies } });
    return trial;
  }

  async put(files: Record<string, string | object>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(this.folder, name)), { recursive: true });
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      await writeFile(path.join(this.folder, name), text);
    }
  }

  async check(runtime?: string, asCli = false) {
    return checkSources(await planBundle(this.folder, { asCli }), { runtime });
  }

  /** Each finding as 'error: …' or 'warning: …'. */
  async told(runtime?: string, asCli?: boolean): Promise<string[]> {
    const { findings } = await this.check(runtime, asCli);
    return findings.map(({ severity, message }) => `${severity}: ${message}`);
  }

  end(): void {
    removeScratchFolder(this.folder);
  }
}
