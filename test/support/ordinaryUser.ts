import { chownSync } from 'node:fs';
import type { Context } from 'mocha';
import { runInOwnProcess } from './ownProcess';
import { skip } from './skip';

const mark = 'TEST_ORDINARY_USER';
/** Whom nothing belongs to: nobody. */
const nobody = 65_534;

/**
 * Answers whether this process is somebody's from whom permissions can keep a file. Root, who may
 * read everything, runs the test once more as nobody, to whom the folders are given. `file`: of the
 * test. Skips it where there are no such permissions.
 */
export function asOrdinaryUser(test: Context, file: string, folders: readonly string[]): boolean {
  if (process.getuid === undefined) {
    skip(test, 'this system has no permissions that a test could take away');
  }
  if (process.getuid() !== 0) {
    return true;
  }
  if (process.env[mark] !== '1') {
    runInOwnProcess(test, file, { mark });
    return false;
  }
  folders.forEach((folder) => chownSync(folder, nobody, nobody));
  become(nobody);
  return true;
}

function become(id: number): void {
  process.setgroups?.([]);
  process.setgid?.(id);
  process.setuid?.(id);
}
