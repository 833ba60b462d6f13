import type { LogSink } from '../logs/logCapture';
import { AttemptOutput } from './attemptOutput';

/**
 * The starts of one version that failed in a row, whichever replica they were for. An error that
 * comes again and again is in the logs once, with the number of its repetitions at the end.
 */
export class FailedStarts {
  private count = 0;
  private readonly told = new Set<string>();
  private repeated = 0;

  constructor(
    private readonly sink: LogSink,
    /** Writes a line of the runtime's own into the logs. */
    private readonly note: (message: string) => void,
  ) {}

  get inARow(): number {
    return this.count;
  }

  /** Where the next start prints to. */
  nextOutput(): AttemptOutput {
    return new AttemptOutput(this.sink, this.count > 0);
  }

  /** `exit` in words. False for a start that ended as one before did: nobody need be told. */
  add(output: AttemptOutput, exit: string): boolean {
    this.count += 1;
    const signature = output.signature(exit);
    if (this.told.has(signature) && output.discard()) {
      this.repeated += 1;
      return false;
    }
    output.release();
    this.told.add(signature);
    return true;
  }

  /** A replica lived: whatever failed before is over. */
  forget(): void {
    this.tellRepeated();
    this.count = 0;
    this.told.clear();
  }

  /** Writes down how often what was told came again. */
  tellRepeated(): void {
    const { repeated, told } = this;
    this.repeated = 0;
    if (repeated > 0) {
      const errors = told.size === 1 ? 'error' : 'errors';
      this.note(
        `The same ${errors} ended ${repeated} further ${repeated === 1 ? 'start' : 'starts'}.`,
      );
    }
  }
}
