import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BundleFile } from './bundlePlan';

const smallBytes = 64 * 1024;

/**
 * Whether a file is read as a whole and at once: nearly every file of a service. That takes some
 * twenty microseconds; by way of Node's thread pool it takes ten times that of the same thread.
 */
export function isSmall({ size }: BundleFile): boolean {
  return size <= smallBytes;
}

/** Others wait no longer than this and a file. */
const longestMs = 8;

/** For a loop over files that are read at once: lets others have the thread now and then. */
export class Breaths {
  private last = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.last >= longestMs) {
      await nextTurn();
      this.last = performance.now();
    }
  }
}
