import type { StreamSource } from './logMessages';

/** Some lines of one process. */
export interface Lines {
  readonly source: StreamSource;
  readonly count: number;
}

interface Input extends Lines {
  readonly bytes: number;
}

/** What may be under way; printing waits beyond it. Little, since questions wait too. */
const mostBytes = 1_048_576;

/** What is on its way to the log worker, the oldest first, and who waits for it. */
export class LinesUnderWay {
  private inputs: Input[] = [];
  private bytes = 0;
  private waiting: (() => void)[] = [];

  add(input: Input): void {
    this.inputs.push(input);
    this.bytes += input.bytes;
  }

  /** So many of the oldest inputs have arrived. */
  arrived(count: number): void {
    this.remove(count);
  }

  /** Nothing will arrive any more: answers what there was. */
  giveUp(): readonly Lines[] {
    return this.remove(this.inputs.length);
  }

  /** Calls back as soon as more may be added, at once where that is now. */
  whenRoom(callback: () => void): void {
    if (this.bytes < mostBytes) {
      callback();
    } else {
      this.waiting.push(callback);
    }
  }

  private remove(count: number): readonly Lines[] {
    const removed = this.inputs.splice(0, count);
    this.bytes -= removed.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.bytes < mostBytes) {
      this.waiting.splice(0).forEach((callback) => callback());
    }
    return removed;
  }
}
