import { spawn, type ChildProcess } from 'node:child_process';
import { AppError, cancelled, messageOf } from '../../core/base/errors';
import { signalGroup } from '../../core/base/processes';
import { throwIfAborted } from '../../core/base/retry';
import type { LogCapture } from '../logs/logCapture';
import type { NodeInstallation } from '../nodejs/ownNode';
import type { ProcessTable } from '../replicas/processTable';
import { npmEnvironment, type NpmFolders } from './npmEnvironment';

export interface NpmRun {
  /** The command and its options. */
  readonly args: readonly string[];
  readonly folder: string;
  /** The Node.js that install scripts run on and native modules are built for; absent: the own. */
  readonly target?: NodeInstallation;
  readonly output: LogCapture;
  readonly signal: AbortSignal;
}

export interface NpmEnd {
  readonly ok: boolean;
  /** A native module was to be built, and node-gyp could not get the headers of Node.js. */
  readonly lacksHeaders: boolean;
  /** npm's code of the error, such as EUSAGE or ETARGET. */
  readonly code?: string;
  /** Why it failed, in npm's own words. */
  readonly reason: string;
}

/** What node-gyp says when its own download of them has failed. */
const noHeaders = 'gyp WARN install got an error';
const always = ['--no-audit', '--no-fund', '--no-update-notifier'];

/** The machine's npm, run by the runtime's own Node.js; what it prints goes to the logs. */
export class Npm {
  constructor(
    private readonly folders: NpmFolders,
    private readonly processes: ProcessTable,
    private readonly own: NodeInstallation | undefined,
  ) {}

  /** Throws AppError deployFailed when npm cannot be started, or cancelled. */
  async run(run: NpmRun): Promise<NpmEnd> {
    throwIfAborted(run.signal);
    const npm = await this.start(run);
    const lines: string[] = [];
    run.output.attach(npm.stdout);
    run.output.attach(npm.stderr, (line) => lines.push(...reasonOf(line)));
    const exit = await this.waitFor(npm, run.signal);
    const code = lines.map((line) => /^code (\S+)$/.exec(line)?.[1]).find(Boolean);
    const reason = lines.slice(0, 6).join(' ').slice(0, 600);
    const lacksHeaders = lines.some((line) => line.startsWith(noHeaders));
    return { ok: exit === 0, lacksHeaders, code, reason: reason || `exit ${exit}` };
  }

  private async start({ args, folder, target }: NpmRun) {
    const windows = process.platform === 'win32';
    const node = target ?? this.own;
    const env = await npmEnvironment(this.folders, this.own, node);
    // What a person's configuration names is of another Node.js: node-gyp is to get its own.
    const headers = node?.headers === undefined ? ['--nodedir='] : [];
    return spawn(windows ? 'npm.cmd' : 'npm', [...args, ...always, ...headers], {
      cwd: folder,
      env: { ...env, ...this.processes.mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows,
      shell: windows,
    });
  }

  /** The exit code, or the signal's name; npm and all its children end when `signal` says so. */
  private async waitFor(npm: ChildProcess, signal: AbortSignal): Promise<number | string> {
    const { pid } = npm;
    const abort = () => signalGroup(pid, 'SIGKILL');
    if (pid !== undefined) {
      this.processes.add(pid);
    }
    signal.addEventListener('abort', abort);
    try {
      return await exitOf(npm);
    } finally {
      signal.removeEventListener('abort', abort);
      if (pid !== undefined) {
        this.processes.remove(pid);
      }
      if (signal.aborted) {
        throw cancelled();
      }
    }
  }
}

function exitOf(npm: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    npm.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    npm.once('error', (error) =>
      reject(
        new AppError(
          'deployFailed',
          `npm could not be started: ${messageOf(error)}. Install Node.js with npm and put it on the PATH.`,
          { cause: error },
        ),
      ),
    );
  });
}

/** npm's own words, without its prefix and without the hint to its log file. */
function reasonOf(line: string): string[] {
  const reason = /^npm (?:error|ERR!)\s*(.*)$/.exec(line)?.[1] ?? '';
  return reason === '' || reason.startsWith('A complete log') ? [] : [reason];
}
