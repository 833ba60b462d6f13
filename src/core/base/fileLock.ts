import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { systemCode } from './errors';
import { isRunning, startOf } from './processes';
import { delay } from './retry';

const pauseMs = 10;
/** Nobody needs a lock that long: what is older was left, or its process id is another's by now. */
const longestMs = 10_000;
/** Windows answers these for a lock that is just being removed. */
const busyCodes = ['EEXIST', 'EPERM', 'EBUSY'];

/**
 * Does something while no other process does it under the same file. A lock whose process is gone
 * is taken over at once. The directory must be there; throws what the disk throws.
 *
 * Our own instead of proper-lockfile, because that one, unmaintained, waits five seconds or more
 * for a process that was killed and can let two take over the same left lock (its issue 121).
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const mark = await createMark();
  await acquire(file, mark);
  try {
    return await work();
  } finally {
    await release(file, mark);
  }
}

/**
 * As `withFileLock`, but without waiting, and for as long as it takes: it is renewed until then, and
 * one that was not for `lapseMs` is left. Answers what releases it, or undefined where another
 * process has it.
 */
export async function tryFileLock(
  file: string,
  lapseMs: number,
): Promise<(() => Promise<void>) | undefined> {
  const mark = await createMark();
  if (!(await isCreated(file, mark))) {
    await takeAwayIfLeft(file, lapseMs);
    if (!(await isCreated(file, mark))) {
      return undefined;
    }
  }
  const renewal = setInterval(() => void renew(file), lapseMs / 3).unref();
  return () => {
    clearInterval(renewal);
    return release(file, mark);
  };
}

async function createMark(): Promise<string> {
  return `${process.pid} ${await startOf(process.pid)} ${randomUUID()}`;
}

/** Where it is gone, nobody needs it. */
async function renew(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}

async function isCreated(file: string, mark: string): Promise<boolean> {
  try {
    await create(file, mark);
    return true;
  } catch (error) {
    if (!isBusy(error)) {
      throw error;
    }
    return false;
  }
}

async function release(file: string, mark: string): Promise<void> {
  if ((await readMark(file)) === mark) {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, mark: string): Promise<void> {
  const end = Date.now() + 2 * longestMs;
  for (;;) {
    try {
      await create(file, mark);
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > end) {
        throw error;
      }
    }
    await takeAwayIfLeft(file, longestMs);
    await delay(pauseMs);
  }
}

function isBusy(error: unknown): boolean {
  return busyCodes.includes(systemCode(error) ?? '');
}

async function create(file: string, mark: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(mark);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function takeAwayIfLeft(file: string, mostMs: number): Promise<void> {
  const mark = await readMark(file);
  if (mark === undefined || !(await isLeft(file, mark, mostMs))) {
    return;
  }
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    // Another process may have taken it away just before, and a third one have locked anew.
    if ((await readMark(aside)) !== mark) {
      await link(aside, file);
    }
  } catch {
    // It is gone, or somebody has it.
  } finally {
    await rm(aside, { force: true });
  }
}

async function isLeft(file: string, mark: string, mostMs: number): Promise<boolean> {
  const made = await stat(file).catch(() => undefined);
  const isOld = made !== undefined && Date.now() - made.mtimeMs > mostMs;
  // A mark that is not written yet names no process.
  return isOld || (mark !== '' && !(await isWriterRunning(mark)));
}

/** Another process may have its id by now. */
async function isWriterRunning(mark: string): Promise<boolean> {
  const [pid, start = ''] = mark.split(' ');
  const present = await startOf(Number(pid));
  const isSame = start === '' || present === '' || start === present;
  return isSame && isRunning(Number(pid));
}

function readMark(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
