import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is there (neither undefined nor false) and returns it: ever
 * more rarely, as asking takes from what is waited for, but never a tenth later than it could.
 * `what` completes the sentence 'waited in vain for …'; what `read` throws counts as not yet there.
 */
export async function until<T>(
  what: string,
  read: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const start = Date.now();
  for (;;) {
    const seen = await attempt(read);
    if (seen.value !== undefined && seen.value !== false) return seen.value;
    const waitedMs = Date.now() - start;
    if (waitedMs > timeoutMs) {
      throw new Error(`waited in vain for ${what} (${timeoutMs / 1000} s)`, { cause: seen.error });
    }
    await sleep(Math.min(Math.max(waitedMs / 10, 20), 500));
  }
}

async function attempt<T>(read: () => T): Promise<{ value?: Awaited<T>; error?: unknown }> {
  try {
    return { value: await read() };
  } catch (error) {
    return { error };
  }
}
