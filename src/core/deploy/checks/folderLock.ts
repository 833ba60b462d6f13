import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError, messageOf } from '../../base/errors';
import { tryFileLock } from '../../base/fileLock';
import type { Log } from '../../base/log';
import { longestUploadMs } from '../history/pendingDeploys';

/**
 * Does something while no other deploy of the folder does, of a window or of dist/deploy.js: both
 * edit its version. Throws `folderTaken`. The lock lies in the folder for temporary files, since one
 * in the person's folder could be committed or sent, and ends with its process, however that ends.
 */
export async function withFolderLock<T>(
  folder: string,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  const release = await take(folder, log);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** A disk that takes no lock keeps nobody from deploying. */
async function take(folder: string, log: Log): Promise<() => Promise<void>> {
  try {
    const release = await tryFileLock(await lockOf(folder), longestUploadMs);
    // One that stays ends with this process: nothing of it may hide how the deploy ended.
    if (release) return () => release().catch(() => undefined);
  } catch (error) {
    log.warn(`deploy: ${folder} is not locked: ${messageOf(error)}`);
    return () => Promise.resolve();
  }
  const message = `Another window or command is deploying ${folder}: try again once it is through.`;
  throw new AppError('folderTaken', message);
}

/** Whoever else works on this machine has locks of their own, as theirs could not be read. */
async function lockOf(folder: string): Promise<string> {
  const hash = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  return path.join(tmpdir(), `flexservice-deploy-${process.getuid?.() ?? ''}-${hash}.lock`);
}
