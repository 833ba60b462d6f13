import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled, type AppError } from './errors';

/** Waits, or throws `cancelled` as soon as the signal says so. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw cancelled(signal);
  }
}

/** Throws `cancelled` when the signal has already been aborted. */
export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) {
    throw cancelled(signal);
  }
}

/** What is under way, and goes on; throws `cancelled` as soon as the signal says so. */
export async function unlessAborted<T>(underWay: Promise<T>, signal?: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(cancelled(signal));
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) {
    abort();
  }
  try {
    return await Promise.race([underWay, aborted]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

export interface UntilOptions {
  intervalMs: number;
  timeoutMs: number;
  signal?: AbortSignal;
  /** The error for a condition that never came. */
  onTimeout: () => AppError;
}

/** Asks again and again until there is an answer other than undefined. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  { intervalMs, timeoutMs, signal, onTimeout }: UntilOptions,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    throwIfAborted(signal);
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (Date.now() >= end) {
      throw onTimeout();
    }
    await delay(intervalMs, signal);
  }
}
