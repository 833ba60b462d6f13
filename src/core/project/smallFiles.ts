import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, systemCode } from '../base/errors';
import type { BundleFile } from './bundlePlan';

/** The most that a small file has. */
export const smallBytes = 64 * 1024;

/**
 * Whether a file is read as a whole and at once: nearly every file of a service. That takes some
 * twenty microseconds; by way of Node's thread pool it takes ten times that of the same thread.
 */
export function isSmall({ size }: BundleFile): boolean {
  return size <= smallBytes;
}

/** The text of a file; undefined where it cannot be read, which is left to the archive. */
export function readTextOf({ absolute }: BundleFile): string | undefined {
  try {
    return readFileSync(absolute, 'utf8');
  } catch {
    return undefined;
  }
}

/** What to throw where reading a file failed: `fileInvalid` where the system tells why. */
export function unreadable({ path }: BundleFile, cause: unknown): unknown {
  const code = systemCode(cause);
  return cause instanceof AppError || code === undefined
    ? cause
    : new AppError('fileInvalid', `${path} cannot be read (${code}).`, { cause });
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
