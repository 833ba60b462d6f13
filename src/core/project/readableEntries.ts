import {
  accessSync,
  constants,
  readdirSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { systemCode } from '../base/errors';
import type { Unfollowed } from './linkTarget';

export const unreadableEntry = { rule: 'cannot be read', obstacle: 'unreadable' } as const;
const linkToNothing = { rule: 'link that leads nowhere', obstacle: 'link' } as const;

/** Throws where the names in a directory cannot be read, or nothing of what they stand for. */
export function readDirectory(absolute: string): Dirent[] {
  accessSync(absolute, constants.R_OK | constants.X_OK);
  return readdirSync(absolute, { withFileTypes: true });
}

/** Where a link leads in the end; else why that is nowhere. */
export function realTarget(
  link: string,
): { readonly real: string; readonly stats: Stats } | Unfollowed {
  try {
    return { real: realpathSync.native(link), stats: statSync(link) };
  } catch (error) {
    return systemCode(error) === 'EACCES' ? unreadableEntry : linkToNothing;
  }
}

const readableByAll = 0o444;

/** Undefined when the file cannot be read; a device or pipe is told by its stats, never opened. */
export function readableStats(absolute: string): Stats | undefined {
  try {
    const stats = statSync(absolute);
    if ((stats.mode & readableByAll) !== readableByAll) {
      accessSync(absolute, constants.R_OK);
    }
    return stats;
  } catch {
    return undefined;
  }
}
