import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new empty folder outside the checkout, for whatever a test writes. Its path has no links. */
export function createScratchFolder(purpose: string): string {
  return mkdtempSync(path.join(realpathSync(tmpdir()), `flexservice-${purpose}-`));
}

/** Retries, as processes that were just stopped may still be writing. */
export function removeScratchFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
