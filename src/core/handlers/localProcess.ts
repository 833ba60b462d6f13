import { spawn, type ChildProcess } from 'node:child_process';
import { atExit } from '../base/atExit';
import { messageOf, systemCode } from '../base/errors';
import { signalGroup } from '../base/processes';
import { delay } from '../base/retry';

export interface LocalProcessOptions {
  readonly folder: string;
  /** The Node.js to run it with: a path, or a name that PATH finds. */
  readonly node: string;
  /** A script to be loaded before the service. */
  readonly preload: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How a process ended; `isStarted` is false where there never was one. */
export interface ProcessEnd {
  readonly isStarted: boolean;
  /** `exit code 1`, `signal SIGKILL`, or why it could not be started. */
  readonly how: string;
}

/** The first error comes first. */
const longestOutput = 256 * 1024;
const graceMs = 2_000;

/** `node .` in a folder, in the background, with what it prints. Whoever makes one stops it. */
export class LocalProcess {
  /** Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  private readonly child: ChildProcess;
  private readonly hastyEnd = atExit(() => signalGroup(this.child.pid, 'SIGKILL'));
  private text = '';

  constructor({ folder, node, preload, env }: LocalProcessOptions) {
    this.child = spawn(node, ['--require', preload, '.'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: whatever it starts ends with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.child.stdout?.on('data', (data) => this.keep(data));
    this.child.stderr?.on('data', (data) => this.keep(data));
    this.ended = endOf(this.child);
  }

  /** What it printed first, bounded. */
  get output(): string {
    return this.text;
  }

  /** Gently at first. */
  async stop(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      signalGroup(this.child.pid, signal);
      const timer = new AbortController();
      const timeout = delay(graceMs, timer.signal).catch(() => undefined);
      await Promise.race([this.ended, timeout]);
      timer.abort();
    }
    this.hastyEnd.dispose();
  }

  private keep(data: unknown): void {
    this.text = (this.text + String(data)).slice(0, longestOutput);
  }
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      const how = systemCode(error) === 'ENOENT' ? 'Node.js was not found' : messageOf(error);
      resolve({ isStarted: false, how });
    });
    // With its last words, unless a child of its own holds on to them.
    child.once('close', (code, signal) => resolve({ isStarted: true, how: howOf(code, signal) }));
  });
}

function howOf(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
