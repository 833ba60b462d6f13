import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { signalGroup, signalProcess } from '../../core/base/processes';
import type { Database } from '../store/database';
import { integer, text } from '../store/row';
import { hasHelpers, listMarked, processMark } from './processMark';

/**
 * Every process that the runtime has started and that still runs, kept in the database: a runtime
 * that was killed cannot end its processes, but the next one can. A process is known by its id and
 * its start time, so that a stranger who got the same id later is left alone. A runtime that is
 * killed while it starts a process cannot write it down: such a one is known by its mark.
 */
export class ProcessTable {
  /** Variables that every process of the runtime is started with. */
  readonly mark: Readonly<Record<string, string>>;

  constructor(
    private readonly database: Database,
    private readonly dataFolder: string,
  ) {
    this.mark = processMark(dataFolder);
  }

  add(pid: number): void {
    const identity = identify(pid);
    if (identity !== undefined) {
      this.database.run('INSERT OR REPLACE INTO processes VALUES (?, ?)', pid, identity);
    }
  }

  remove(pid: number): void {
    this.database.run('DELETE FROM processes WHERE pid = ?', pid);
  }

  /** Ends what is listed or marked, each with its process group, at once. Answers how many there were. */
  killAll(): number {
    const rows = this.database.all('SELECT * FROM processes');
    const ours = rows.filter((row) => this.isOurs(integer(row, 'pid'), text(row, 'identity')));
    const marked = listMarked(this.dataFolder);
    const pids = new Set([...ours.map((row) => integer(row, 'pid')), ...marked]);
    pids.forEach((pid) => signalGroup(pid, 'SIGKILL'));
    marked.forEach((pid) => signalProcess(pid, 'SIGKILL'));
    this.database.run('DELETE FROM processes');
    return pids.size;
  }

  /** Also where only its helpers are left: as long as they are, nobody else gets its id. */
  private isOurs(pid: number, identity: string): boolean {
    const now = identify(pid);
    return now === identity || (now === undefined && hasHelpers(pid, this.dataFolder));
  }
}

/** When a process was started, in the system's own words; undefined when there is none. */
export function identify(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? startTicks(pid) : startTime(pid);
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold blanks and brackets. */
function startTicks(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Fields counted from the third one, the state: a zombie has ended. Ticks count from the boot.
  return fields[0] === 'Z' ? undefined : `${bootId()} ${fields[19] ?? ''}`;
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** macOS has `ps`; on Windows nothing is known, so nothing is ever ended by its id. */
function startTime(pid: number): string | undefined {
  if (process.platform === 'win32') {
    return undefined;
  }
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}
