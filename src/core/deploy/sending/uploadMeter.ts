import type { BundlePlan } from '../../project/bundlePlan';
import { formatBytes } from '../deployMessages';

/** A shorter time says nothing about a speed. */
const shortestMs = 1_000;

/** Tells how far an upload is, and how fast: 'Uploading 9.8 MB (12 files): 3.1 MB, 2.4 MB/s…'. */
export class UploadMeter {
  private readonly startedAt: number;

  constructor(
    private readonly bundle: BundlePlan,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedAt = now();
  }

  /** After so many bytes; without a speed at first. */
  message(sent: number): string {
    const passedMs = this.now() - this.startedAt;
    const whole = wholeOf(this.bundle);
    if (passedMs < shortestMs) {
      return `${whole}…`;
    }
    return `${whole}: ${formatBytes(sent)}, ${formatBytes((sent * 1_000) / passedMs)}/s…`;
  }
}

/** 'Uploading 34 KB (12 files)' */
function wholeOf({ tarBytes, files }: BundlePlan): string {
  const count = files.length === 1 ? '1 file' : `${files.length} files`;
  return `Uploading ${formatBytes(tarBytes)} (${count})`;
}
