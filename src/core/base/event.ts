import { toDisposable, type Disposable } from './disposable';

/** Subscribes a listener until the returned disposable ends it. Fits where VS Code wants an Event. */
export type Event<T> = (listener: (value: T) => unknown) => Disposable;

/** The private side of an event: its owner fires, everybody else only sees `event`. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => unknown>();

  readonly event: Event<T> = (listener) => {
    const own = (value: T) => listener(value);
    this.listeners.add(own);
    return toDisposable(() => this.listeners.delete(own));
  };

  /** Calls every listener; one that throws does not keep the others from hearing, its error comes last. */
  fire(value: T): void {
    const errors: unknown[] = [];
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) {
      throw new AggregateError(errors, 'Some listeners failed');
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}
