import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeAtomic } from '../base/writeAtomic';

/** The bytes of one file that differ: plain JSON; base64, since a lock file may be large. */
export interface FileChange {
  /** Absolute. */
  readonly file: string;
  /** Of the first byte that differs. */
  readonly offset: number;
  readonly before: string;
  readonly after: string;
  /** SHA-256 of the whole file as it is before, and after the edit. */
  readonly hashBefore: string;
  readonly hashAfter: string;
}

/** What makes the one content of a file out of the other. */
export function changeOf(file: string, before: Buffer, after: Buffer): FileChange {
  const shorter = Math.min(before.length, after.length);
  const offset = countUntil(shorter, (index) => before[index] !== after[index]);
  const tail = countUntil(
    shorter - offset,
    (index) => before[before.length - 1 - index] !== after[after.length - 1 - index],
  );
  return {
    file,
    offset,
    before: before.subarray(offset, before.length - tail).toString('base64'),
    after: after.subarray(offset, after.length - tail).toString('base64'),
    hashBefore: hashOf(before),
    hashAfter: hashOf(after),
  };
}

/**
 * False, and nothing is written, where the file is not what was there before; two names may lead to
 * one file, which then is what it is to be. Throws what the disk throws.
 */
export async function applyChange(change: FileChange): Promise<boolean> {
  const { file, offset, before, after, hashBefore, hashAfter } = change;
  const present = await readFile(file);
  const hash = hashOf(present);
  if (hash !== hashBefore) {
    return hash === hashAfter;
  }
  await writeAtomic(file, splice(present, offset, before, after));
  return true;
}

/**
 * Puts back what was there before, into a file that still is what was written. False where it is
 * neither of them. Throws what the disk throws when the file cannot be written.
 */
export async function restoreChange(change: FileChange): Promise<boolean> {
  const { file, offset, before, after, hashBefore, hashAfter } = change;
  const present = await readFile(file).catch(() => undefined);
  const hash = present && hashOf(present);
  if (!present || hash !== hashAfter) {
    return hash === hashBefore;
  }
  await writeAtomic(file, splice(present, offset, after, before));
  return true;
}

function countUntil(end: number, differs: (index: number) => boolean): number {
  let index = 0;
  while (index < end && !differs(index)) {
    index += 1;
  }
  return index;
}

function splice(bytes: Buffer, offset: number, present: string, wanted: string): Buffer {
  const end = offset + Buffer.byteLength(present, 'base64');
  return Buffer.concat([
    bytes.subarray(0, offset),
    Buffer.from(wanted, 'base64'),
    bytes.subarray(end),
  ]);
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
