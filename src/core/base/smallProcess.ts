import type v8 from 'node:v8';

/**
 * Keeps the memory of this process small, for one that works a second and then waits: the space for
 * young objects does not grow, and only small functions are compiled again to run faster, each by
 * itself, which takes a seventh off a deploy of 2,000 files; more than that takes more memory than it
 * saves time (measured: bench:deploy). What still works after `shortMs` has much to do, and is
 * soon done faster with large functions compiled too. All of that holds for everything in a process,
 * so only for one of our own, and before the rest of it is loaded. Known to Node.js 22 to 26. For
 * entry files: an old Node.js reads it too.
 */
export function keepProcessSmall(shortMs: number): void {
  // Of Node's own what is used anyway: once the flags are others, it does not take what it keeps
  // compiled of them, and they are loaded in twice the time.
  ['node:https', 'node:child_process', 'node:fs/promises', 'node:perf_hooks'].forEach(load);
  setFlags('--semi-space-growth-factor=1 --no-opt --max-optimized-bytecode-size=300');
  // What was compiled is destroyed at once: a thread that does it later leaves 8 MB until then.
  setFlags('--no-maglev-inlining --no-maglev-destroy-on-background');
  setTimeout(
    () => setFlags('--maglev-inlining --max-optimized-bytecode-size=61440'),
    shortMs,
  ).unref();
}

function setFlags(flags: string): void {
  (load('node:v8') as typeof v8).setFlagsFromString(flags);
}

function load(name: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as little as an entry needs
  return require(name);
}
