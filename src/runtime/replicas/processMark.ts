import { readdirSync, readFileSync } from 'node:fs';

/** Told to every process that a runtime starts: the data folder of that runtime. */
const name = 'FLEX_REPLICA_OF';

/** The variable that a runtime marks its processes with; a service does not see it (replicaPort). */
export function processMark(dataFolder: string): Readonly<Record<string, string>> {
  return { [name]: dataFolder };
}

/**
 * The processes that were started with the mark of a data folder, the children that inherited it
 * among them. Only where there is a /proc; elsewhere none.
 */
export function listMarked(dataFolder: string): number[] {
  if (process.platform !== 'linux') {
    return [];
  }
  const mark = `${name}=${dataFolder}`;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && readEnvironment(entry).includes(mark))
    .map(Number);
}

/**
 * Whether a process group has members whose HOME lies in a data folder: what a replica has started
 * may outlive it, and then bears no mark. Only where there is a /proc.
 */
export function hasHelpers(group: number, dataFolder: string): boolean {
  if (process.platform !== 'linux') {
    return false;
  }
  const isHelper = (pid: string) =>
    groupOf(pid) === group &&
    readEnvironment(pid).some((variable) => variable.startsWith(`HOME=${dataFolder}/`));
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && isHelper(entry));
}

/** Field 5 of /proc/<pid>/stat; the name in field 2 may hold blanks and brackets. */
function groupOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined;
  }
}

/** As it was at the start; other people's processes and those that have just ended tell nothing. */
function readEnvironment(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
