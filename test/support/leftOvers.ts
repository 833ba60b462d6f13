import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { until } from './until';

/**
 * Ends the processes that still work on a scratch folder, such as a runtime that the extension
 * started and that outlives its window on purpose. They are told by their command line, which names
 * the folder: its name is random, so nobody else's process has it.
 */
export async function endLeftOvers(scratchFolder: string): Promise<void> {
  for (const pid of workingOn(scratchFolder)) process.kill(pid, 'SIGTERM');
  await until(`what works on ${scratchFolder} to end`, () => {
    return workingOn(scratchFolder).length === 0;
  });
}

function workingOn(folder: string): number[] {
  // Where there is no /proc, there is no code-server either.
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => commandLineOf(name).includes(folder))
    .map(Number);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
