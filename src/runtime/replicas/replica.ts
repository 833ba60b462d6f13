import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cancelled } from '../../core/base/errors';
import { signalGroup } from '../../core/base/processes';
import { delay } from '../../core/base/retry';
import type { LogCapture } from '../logs/logCapture';
import { isHealthy } from './healthcheck';
import { replicaEnvironment } from './processEnvironment';
import type { ProcessTable } from './processTable';

export interface ReplicaOptions {
  /** Where the service lies with its dependencies. */
  readonly folder: string;
  readonly home: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly port: number;
  readonly output: LogCapture;
  readonly processes: ProcessTable;
  /** The Node.js that it runs on. */
  readonly node: string;
  /** What its heap may grow to, in MiB. */
  readonly memoryMb: number;
  /** Gives the service the replica's port instead of its own. */
  readonly portHook: string;
  /** Between the signals of `stop`. */
  readonly graceMs: number;
}

const pingEveryMs = 25;
const lastGraceMs = 1_000;

/** One process of a service. Made is started; whoever made it stops it. */
export class Replica {
  readonly port: number;
  /** In words, such as "exit code 1", as soon as the process has ended. Never rejects. */
  readonly exited: Promise<string>;
  /** undefined while it runs. */
  exit: string | undefined;
  private readonly child: ChildProcess;

  constructor(private readonly options: ReplicaOptions) {
    this.port = options.port;
    const memory = `--max-old-space-size=${options.memoryMb}`;
    const child = spawn(options.node, [memory, '--require', options.portHook, '.'], {
      cwd: options.folder,
      env: { ...replicaEnvironment(options), ...options.processes.mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: whatever it starts ends with it.
      detached: process.platform !== 'win32',
    });
    this.child = child;
    options.output.attach(child.stdout);
    options.output.attach(child.stderr);
    this.exited = this.watch();
  }

  /** Pings until it answers, ends or the time is over. Throws cancelled. */
  async waitUntilHealthy(
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<'healthy' | 'exited' | 'silent'> {
    const end = Date.now() + timeoutMs;
    while (this.exit === undefined && Date.now() < end) {
      if (await isHealthy(this.port)) {
        return this.hasExited() ? 'exited' : 'healthy';
      }
      await Promise.race([delay(pingEveryMs, signal), this.exited]);
      if (signal.aborted) {
        throw cancelled();
      }
    }
    return this.hasExited() ? 'exited' : 'silent';
  }

  /** SIGTERM, which the SDK answers gracefully; again, which it answers at once; then SIGKILL. */
  async stop(): Promise<void> {
    const steps = [
      ['SIGTERM', this.options.graceMs],
      ['SIGTERM', lastGraceMs],
      ['SIGKILL', lastGraceMs],
    ] as const;
    for (const [signal, waitMs] of steps) {
      if (this.hasExited()) {
        break;
      }
      signalGroup(this.child.pid, signal);
      await this.waitForExit(waitMs);
    }
  }

  private hasExited(): boolean {
    return this.exit !== undefined;
  }

  private async waitForExit(ms: number): Promise<void> {
    const timer = new AbortController();
    const timeout = delay(ms, timer.signal).catch(() => undefined);
    await Promise.race([this.exited, timeout]);
    timer.abort();
  }

  private async watch(): Promise<string> {
    const { pid } = this.child;
    if (pid !== undefined) {
      this.options.processes.add(pid);
    }
    // Children that it leaves behind, at once: later its id may be a stranger's.
    this.child.once('exit', () => signalGroup(pid, 'SIGKILL'));
    this.exit = await exitOf(this.child);
    if (pid !== undefined) {
      this.options.processes.remove(pid);
    }
    return this.exit;
  }
}

async function exitOf(child: ChildProcess): Promise<string> {
  try {
    const closed = once(child, 'close').catch(() => undefined);
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    // Its last lines are still in the pipes, which a runaway child may hold open for ever.
    await Promise.race([closed, delay(lastGraceMs)]);
    return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
  } catch (error) {
    return `it could not be started: ${String(error)}`;
  }
}
