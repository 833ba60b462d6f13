interface Attempts {
  count: number;
  readonly endsAt: number;
}

/**
 * Counts attempts by whatever they are limited by; each count begins with the first attempt and is
 * forgotten `windowMs` later. Kept in memory only: a restart forgets.
 */
export class AttemptWindow {
  /** In the order of their beginning, and so of their end. */
  private readonly counts = new Map<string, Attempts>();

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Counts one more. Answers 0, or how many ms to wait where there were too many already. */
  take(key: string): number {
    this.forgetOld();
    const known = this.counts.get(key) ?? { count: 0, endsAt: this.now() + this.windowMs };
    if (known.count >= this.limit) {
      return known.endsAt - this.now();
    }
    known.count += 1;
    this.counts.set(key, known);
    return 0;
  }

  /** An attempt that was counted does not count after all. */
  giveBack(key: string): void {
    const known = this.counts.get(key);
    if (known && known.count > 0) {
      known.count -= 1;
    }
  }

  forget(key: string): void {
    this.counts.delete(key);
  }

  private forgetOld(): void {
    for (const [key, { endsAt }] of this.counts) {
      if (endsAt > this.now()) {
        return;
      }
      this.counts.delete(key);
    }
  }
}
