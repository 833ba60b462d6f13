import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 5;
const longestMs = 180_000;

/** How long it takes from now until `read` says true; what it throws counts as not yet. */
export async function millisecondsUntil(
  what: string,
  read: () => Promise<boolean>,
): Promise<number> {
  const start = performance.now();
  while (!(await read().catch(() => false))) {
    if (performance.now() - start > longestMs) throw new Error(`waited in vain for ${what}`);
    await sleep(everyMs);
  }
  return performance.now() - start;
}
