export interface OutputRate {
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
}

const windowMs = 1_000;

/**
 * How fast one service environment may print. Time goes in windows of a second; what is over the
 * limit of one is dropped until the next, so that the gap is in one piece and told once.
 */
export class OutputLimit {
  private windowStart = Number.NEGATIVE_INFINITY;
  private lines = 0;
  private bytes = 0;
  /** In this window. */
  private dropped = 0;
  /** In windows that are over, and not told yet. */
  private gap = 0;

  constructor(private readonly rate: OutputRate) {}

  get hasDropped(): boolean {
    return this.dropped + this.gap > 0;
  }

  /** Whether the line may be kept. `now` in milliseconds. */
  admit(bytes: number, now: number): boolean {
    this.turnWindow(now);
    if (this.lines >= this.rate.linesPerSecond || this.bytes >= this.rate.bytesPerSecond) {
      this.dropped += 1;
      return false;
    }
    this.lines += 1;
    this.bytes += bytes;
    return true;
  }

  /** How many lines were dropped in windows that are over; 0 while they last. Tells it once. */
  takeDropped(now: number): number {
    this.turnWindow(now);
    const { gap } = this;
    this.gap = 0;
    return gap;
  }

  /** A clock that was set back ends the window too. */
  private turnWindow(now: number): void {
    if (now >= this.windowStart && now < this.windowStart + windowMs) {
      return;
    }
    this.windowStart = now;
    this.lines = 0;
    this.bytes = 0;
    this.gap += this.dropped;
    this.dropped = 0;
  }
}
