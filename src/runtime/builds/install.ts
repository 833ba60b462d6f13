import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError, cancelled, messageOf } from '../../core/base/errors';
import type { LogCapture } from '../logs/logCapture';
import { searchPath } from '../replicas/processEnvironment';
import { signalGroup, type ProcessTable } from '../replicas/processTable';

export interface NpmFolders {
  readonly npmCache: string;
  readonly npmHome: string;
}

/** Installs the production dependencies of a service with npm; its output goes to the logs. */
export class Installer {
  constructor(
    private readonly folders: NpmFolders,
    private readonly processes: ProcessTable,
  ) {}

  /** Throws AppError deployFailed with npm's own reason, or cancelled. */
  async install(folder: string, output: LogCapture, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      throw cancelled();
    }
    const npm = this.start(folder);
    const reasons: string[] = [];
    output.attach(npm.stdout);
    output.attach(npm.stderr, (line) => reasons.push(...reasonOf(line)));
    const exit = await this.waitFor(npm, signal);
    if (exit !== 0) {
      const reason = reasons.slice(0, 6).join(' ').slice(0, 600);
      throw new AppError('deployFailed', `npm install failed: ${reason || `exit ${exit}`}`);
    }
  }

  private start(folder: string) {
    const windows = process.platform === 'win32';
    return spawn(
      windows ? 'npm.cmd' : 'npm',
      ['install', '--omit=dev', '--no-audit', '--no-fund', '--no-update-notifier'],
      {
        cwd: folder,
        env: { ...npmEnvironment(this.folders), ...this.processes.mark },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: !windows,
        shell: windows,
      },
    );
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

/**
 * npm gets what it needs and nothing else of the person's environment. Registry, proxy and
 * certificates are a matter of the machine, so its npm configuration counts: a person's ~/.npmrc is
 * passed by path, because HOME points into the data folder.
 */
function npmEnvironment({ npmCache, npmHome }: NpmFolders): NodeJS.ProcessEnv {
  const userConfig = process.env.npm_config_userconfig ?? path.join(homedir(), '.npmrc');
  return {
    ...pick(/^(https?_proxy|no_proxy|node_extra_ca_certs|systemroot|comspec|pathext)$/i),
    ...pick(/^npm_config_(registry|cafile|proxy|https_proxy|noproxy|globalconfig)$/i),
    PATH: searchPath(),
    HOME: npmHome,
    LANG: process.env.LANG ?? 'C.UTF-8',
    npm_config_cache: npmCache,
    ...(existsSync(userConfig) && { npm_config_userconfig: userConfig }),
  };
}

function pick(names: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)));
}

/** npm's own words, without its prefix and without the hint to its log file. */
function reasonOf(line: string): string[] {
  const reason = /^npm (?:error|ERR!)\s*(.*)$/.exec(line)?.[1] ?? '';
  return reason === '' || reason.startsWith('A complete log') ? [] : [reason];
}
