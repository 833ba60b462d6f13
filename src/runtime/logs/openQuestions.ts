interface Waiter {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** The questions that the log worker has not answered yet, by their ids. */
export class OpenQuestions {
  private readonly waiters = new Map<number, Waiter>();
  private lastId = 0;

  /** `send` is given the id of the question. */
  ask(send: (id: number) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiters.set(id, { resolve, reject });
      send(id);
    });
  }

  answer(id: number, answer: unknown): void {
    this.waiters.get(id)?.resolve(answer);
    this.waiters.delete(id);
  }

  refuse(id: number, error: Error): void {
    this.waiters.get(id)?.reject(error);
    this.waiters.delete(id);
  }

  refuseAll(error: Error): void {
    this.waiters.forEach((waiter) => waiter.reject(error));
    this.waiters.clear();
  }
}
