import { readFile } from 'node:fs/promises';

/** Whether a process of this id runs; one of another person counts too. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * When a process began, as the system counts: with its id it is no other process, also where ids
 * start anew, as in a container. Empty where the system does not tell: Linux does.
 */
export async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // What comes before is its name, which may hold anything (proc_pid_stat(5), field 22).
  return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? '';
}

/** Signals a process that was started as the leader of its own group, and the group with it. */
export function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid !== undefined) {
    signalProcess(process.platform === 'win32' ? pid : -pid, name);
  }
}

/** One that has ended already is what was wanted. */
export function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
