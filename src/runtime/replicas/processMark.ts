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

/** As it was at the start; other people's processes and those that have just ended tell nothing. */
function readEnvironment(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
