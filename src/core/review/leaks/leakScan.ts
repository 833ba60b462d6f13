import { throwIfAborted } from '../../base/retry';
import type { BundleFile, BundlePlan } from '../../project/bundlePlan';
import { Breaths, unreadable } from '../../project/smallFiles';
import { FileLeaks, type Leak } from './fileLeaks';
import { sharedSecretPattern } from './sharedSecrets';
import { readTextLines } from './textLines';

export interface LeakScanOptions {
  /** What may not be sent whatever it looks like, such as the environment's shared secret. */
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Finds what looks like a secret in the files of a bundle, sorted by file and line. Reads them one
 * after the other, line by line; of a binary file only the name is looked at. Throws `fileInvalid`
 * where a file cannot be read, since nobody knows what is in it, and `cancelled`.
 */
export async function scanBundle(
  { files }: Pick<BundlePlan, 'files'>,
  { secrets = [], signal }: LeakScanOptions = {},
): Promise<Leak[]> {
  const shared = sharedSecretPattern(secrets);
  const leaks: Leak[] = [];
  const breaths = new Breaths();
  for (const file of files) {
    await breaths.take();
    throwIfAborted(signal);
    leaks.push(...(await scanFile(file, shared, signal)));
  }
  return leaks;
}

async function scanFile(
  file: BundleFile,
  shared: RegExp | undefined,
  signal?: AbortSignal,
): Promise<Leak[]> {
  const leaks = new FileLeaks(file.path, shared);
  try {
    for await (const { number, lines } of readTextLines(
      file,
      (text) => leaks.mayHold(text),
      signal,
    )) {
      lines.forEach((text, index) => leaks.read(text, number + index));
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return leaks.end();
}
