/** Runs one piece of work after the other, whether or not the one before went well. */
export class WorkQueue {
  private tail: Promise<void> = Promise.resolve();

  /** `onError` hears of what the work threw. */
  add(work: () => Promise<void>, onError: (error: unknown) => void): void {
    this.tail = this.runAfter(this.tail, work, onError);
  }

  /** Resolves when all that was added has ended. */
  async drain(): Promise<void> {
    await this.tail;
  }

  private async runAfter(
    before: Promise<void>,
    work: () => Promise<void>,
    onError: (error: unknown) => void,
  ): Promise<void> {
    await before;
    try {
      await work();
    } catch (error) {
      onError(error);
    }
  }
}
