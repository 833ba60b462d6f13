import { throwIfAborted, unlessAborted } from './retry';

/**
 * Asks once for what several want to know. What fails is forgotten, so that the next one asks
 * again.
 */
export class PromiseCache<T> {
  private readonly promises = new Map<string, Promise<T>>();

  /** The signal ends this caller's waiting only: others may wait for the same answer. */
  async get(key: string, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    const promise = this.promises.get(key) ?? this.begin(key, ask);
    return unlessAborted(promise, signal);
  }

  /** Forgets the keys that begin so, or everything. */
  clear(prefix = ''): void {
    for (const key of [...this.promises.keys()].filter((known) => known.startsWith(prefix))) {
      this.promises.delete(key);
    }
  }

  private begin(key: string, ask: () => Promise<T>): Promise<T> {
    const promise = ask();
    this.promises.set(key, promise);
    promise.catch(() => {
      if (this.promises.get(key) === promise) {
        this.promises.delete(key);
      }
    });
    return promise;
  }
}
