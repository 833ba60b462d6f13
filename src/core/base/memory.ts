/** A small key-value store that outlives a reload. */
export interface Memory {
  get(key: string): unknown;
  /** `undefined` forgets the key. */
  set(key: string, value: unknown): Promise<void>;
}

/** One that several windows use at once. */
export interface SharedMemory extends Memory {
  /**
   * Sets a key to what `change` makes of its present value, which nobody else sets meanwhile;
   * answers that. The same value back: nothing is written.
   */
  update<T>(key: string, change: (present: unknown) => T): Promise<T>;
}

/** Forgets everything with its process. */
export class MapMemory implements SharedMemory {
  private readonly values = new Map<string, unknown>();

  get(key: string): unknown {
    return this.values.get(key);
  }

  set(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }

  update<T>(key: string, change: (present: unknown) => T): Promise<T> {
    const value = change(this.values.get(key));
    this.values.set(key, value);
    return Promise.resolve(value);
  }
}
