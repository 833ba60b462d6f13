import { throwIfAborted } from '../../base/retry';
import type { BundleFile, BundlePlan } from '../../project/bundlePlan';
import { Breaths, isSmall, unreadable } from '../../project/smallFiles';
import { FileLeaks, type Leak } from './fileLeaks';
import { sharedSecretPattern } from './sharedSecrets';
import { readSmallText, readTextLines } from './textLines';

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
    const found = new FileLeaks(file.path, shared);
    try {
      if (isSmall(file)) {
        scanSmall(file, found);
      } else {
        await scanLarge(file, found, signal);
      }
    } catch (cause) {
      throw unreadable(file, cause);
    }
    leaks.push(...found.end());
  }
  return leaks;
}

/** As a whole it is told much sooner that most files hold none: then nobody reads their lines. */
function scanSmall(file: BundleFile, leaks: FileLeaks): void {
  const text = readSmallText(file);
  if (text !== undefined && leaks.mayHold(text)) {
    text.split('\n').forEach((line, index) => leaks.read(line, index + 1));
  }
}

async function scanLarge(file: BundleFile, leaks: FileLeaks, signal?: AbortSignal): Promise<void> {
  for await (const { number, lines } of readTextLines(file, signal)) {
    lines.forEach((text, index) => leaks.read(text, number + index));
  }
}
