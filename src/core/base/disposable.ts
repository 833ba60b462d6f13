/** Something with a life that somebody owns and ends. */
export interface Disposable {
  dispose(): void;
}

/** Makes a disposable of a function; it runs once, however often it is disposed. */
export function toDisposable(end: () => void): Disposable {
  let ended = false;
  return {
    dispose: () => {
      if (ended) {
        return;
      }
      ended = true;
      end();
    },
  };
}

/** Owns disposables: ends them in reverse order; what is added after disposal is ended at once. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.disposed) {
      item.dispose();
    } else {
      this.items.push(item);
    }
    return item;
  }

  dispose(): void {
    this.disposed = true;
    const errors: unknown[] = [];
    for (const item of this.items.splice(0).reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) {
      throw new AggregateError(errors, 'Some disposables could not be disposed');
    }
  }
}
