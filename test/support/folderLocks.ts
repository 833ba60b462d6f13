import { rm } from 'node:fs/promises';
import { folderLocks } from '../../src/core/deploy/checks/folderLock';

/** What the end of the process that deploys a folder does to its lock, where that goes on as the test's. */
export async function endLock(folder: string): Promise<void> {
  for (const file of await folderLocks(folder)) await rm(file, { force: true });
}
