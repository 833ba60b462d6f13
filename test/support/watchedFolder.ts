import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { snapshot } from './fuzz';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';

/** A folder among others that nobody may touch. Whoever makes it removes it. */
export class WatchedFolder {
  /** The one that may be written to. */
  readonly folder: string;
  private readonly around = createScratchFolder('watched');
  private readonly before: string[];

  constructor() {
    this.folder = path.join(this.around, 'outer/inner/folder');
    mkdirSync(this.folder, { recursive: true });
    for (const name of ['sentinel', 'outer/sentinel', 'outer/inner/sentinel', 'outer/other']) {
      writeFileSync(path.join(this.around, name), name);
    }
    this.before = snapshot(this.around, this.folder);
  }

  assertNothingAroundChanged(): void {
    assert.deepEqual(snapshot(this.around, this.folder), this.before);
  }

  remove(): void {
    removeScratchFolder(this.around);
  }
}
