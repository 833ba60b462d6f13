import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { until } from './until';

/**
 * Ends the processes that still work on a scratch folder: a runtime that the extension started and
 * that outlives its window on purpose, or an editor's helper that has not noticed yet. They are told
 * by their command line or environment, which name the folder: its name is random, so nobody else's
 * process has it.
 */
export async function endLeftOvers(scratchFolder: string): Promise<void> {
  for (const pid of workingOn(scratchFolder)) end(pid);
  await until(`what works on ${scratchFolder} to end`, () => {
    return workingOn(scratchFolder).length === 0;
  });
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

/** The processes whose command line or environment names a folder. Only where there is a /proc. */
export function workingOn(folder: string): number[] {
  // Where there is no /proc, there is no code-server either.
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(
      (name) => read(name, 'cmdline').includes(folder) || read(name, 'environ').includes(folder),
    )
    .map(Number);
}

function read(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
