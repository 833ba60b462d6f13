import type { NewLine } from './environmentLog';
import { OutputLimit, type OutputRate } from './outputLimit';
import { parseLine } from './parseLine';

/** The lines of one service environment on their way into its log. */
export class EnvironmentIntake {
  private readonly limit: OutputLimit;
  private lines: NewLine[] = [];
  /** Who printed too much last. */
  private offender: Uint8Array | undefined;

  constructor(private readonly rate: OutputRate) {
    this.limit = new OutputLimit(rate);
  }

  /** Whether a gap has not been told yet: it is, by `takeLines`, as soon as its second is over. */
  get hasGap(): boolean {
    return this.limit.hasDropped;
  }

  /** A line of the service; false where it is over the limit and was dropped. */
  add(line: string, containerId: Uint8Array, at: number): boolean {
    if (!this.limit.admit(line.length, at)) {
      this.offender = containerId;
      return false;
    }
    this.tellGap(at);
    const { message, threshold } = parseLine(line);
    this.lines.push({ at, containerId, threshold, message: JSON.stringify(message) });
    return true;
  }

  /** A line of the runtime's own, which no limit holds back. */
  addNote(message: string, line: Omit<NewLine, 'message'>): void {
    this.lines.push({ ...line, message: JSON.stringify(`[runtime] ${message}`) });
  }

  /** What is to be written now. */
  takeLines(now: number): readonly NewLine[] {
    this.tellGap(now);
    const { lines } = this;
    this.lines = [];
    return lines;
  }

  /** Where lines were dropped there is one that says so. */
  private tellGap(at: number): void {
    const count = this.limit.takeDropped(at);
    if (count > 0 && this.offender) {
      const { linesPerSecond, bytesPerSecond } = this.rate;
      this.addNote(
        `${count} lines were dropped here: more than ${linesPerSecond} lines or ${bytesPerSecond} bytes were printed in one second.`,
        { at, containerId: this.offender, threshold: 'warning' },
      );
    }
  }
}
