import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { AppError, messageOf } from '../../base/errors';
import { tryFileLock } from '../../base/fileLock';
import type { Log } from '../../base/log';

/** Longer than an upload that stands still is waited for: who lives renews the lock before. */
const lapseMs = 60_000;

/**
 * Does something while nothing else deploys the folder, neither a window nor dist/deploy.js: both
 * edit its version. Throws `folderTaken`. The lock does not lie in the folder, where it could be
 * committed or sent, and ends with its process, however that ends.
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
    const release = await takeFirst(await folderLocks(folder));
    // One that stays ends with this process: nothing of it may hide how the deploy ended.
    if (release) return () => release().catch(() => undefined);
  } catch (error) {
    log.warn(`deploy: ${folder} is not locked: ${messageOf(error)}`);
    return () => Promise.resolve();
  }
  const message = `Another window or command is deploying ${folder}: try again once it is through.`;
  throw new AppError('folderTaken', message);
}

/** The first that can be written; throws what the disk says of the last one. */
async function takeFirst([file = '', ...others]: string[]) {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    return await tryFileLock(file, lapseMs);
  } catch (error) {
    if (others.length === 0) throw error;
    return takeFirst(others);
  }
}

/**
 * Where the lock of a folder may lie: with the person's own files, since each terminal may have a
 * folder for temporary files of its own, and there only where the first cannot be written. Whoever
 * else works on this machine has other locks, as theirs could not be read.
 */
export async function folderLocks(folder: string): Promise<string[]> {
  const hash = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  return [
    path.join(homedir(), '.cache', 'flexservice', 'locks', `${hash}.lock`),
    path.join(tmpdir(), `flexservice-deploy-${process.getuid?.() ?? ''}-${hash}.lock`),
  ];
}
