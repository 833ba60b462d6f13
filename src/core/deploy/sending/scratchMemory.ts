import { smallBytes } from '../../project/smallFiles';

/** Of a file that is being read, and of those before it that are still on their way. */
const memoryBytes = 2 * smallBytes;

/**
 * Memory for the content of small files, used again once all of it was given back: with memory of
 * its own for each of thousands, collecting garbage takes as long as reading them.
 */
export class ScratchMemory {
  private memory = Buffer.allocUnsafeSlow(memoryBytes);
  private taken = 0;
  private returned = 0;

  /** At most as many bytes as a small file has. */
  take(bytes: number): Buffer {
    if (this.taken + bytes > memoryBytes) {
      this.begin();
    }
    const start = this.taken;
    this.taken += bytes;
    return this.memory.subarray(start, this.taken);
  }

  /** A part of what was taken, whose bytes nobody needs any more; others are left alone. */
  giveBack(part: Buffer): void {
    if (part.buffer === this.memory.buffer) {
      this.returned += part.length;
    }
  }

  /** From the start again, in other memory where a part of this one is still in use. */
  private begin(): void {
    if (this.returned < this.taken) {
      this.memory = Buffer.allocUnsafeSlow(memoryBytes);
    }
    this.taken = 0;
    this.returned = 0;
  }
}
