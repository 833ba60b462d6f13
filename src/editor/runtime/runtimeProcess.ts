import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { AppError, isAppError } from '../../core/base/errors';
import { until } from '../../core/base/retry';
import type { Memory } from '../../core/deploy/deploymentStore';

export interface RuntimeInfo {
  readonly url: string;
  readonly pid: number;
  readonly dataDirectory: string;
}

export interface RuntimeOptions {
  readonly dataDirectory: string;
  /** 0: the port of the last time, at first any free one; an account is bound to its URL. */
  readonly port: number;
}

export interface Owner {
  readonly email: string;
  readonly password: string;
}

const memoryKey = 'runtime.process';
const startMs = 30_000;
const stopMs = 60_000;

/**
 * The FlexService Runtime that this editor started. It is a process of its own that outlives the
 * window, so that reloading does not stop the services in it; which one it is, is remembered.
 */
export class RuntimeProcess {
  constructor(
    private readonly script: string,
    private readonly memory: Memory,
  ) {}

  /** The one that runs, or undefined. */
  async find(): Promise<RuntimeInfo | undefined> {
    const known = this.remembered();
    return known && (await answers(known)) ? known : undefined;
  }

  async start(options: RuntimeOptions): Promise<RuntimeInfo> {
    const running = await this.find();
    if (running) {
      return running;
    }
    await mkdir(options.dataDirectory, { recursive: true });
    const last = this.remembered();
    const lastPort = last && Number(new URL(last.url).port);
    const info =
      options.port !== 0 || lastPort === undefined
        ? await this.launch(options, options.port)
        : await this.launchOnLastPort(options, lastPort);
    await this.memory.set(memoryKey, info);
    return info;
  }

  /** Asks it to end, and waits until it did. Undefined where none runs. */
  async stop(): Promise<RuntimeInfo | undefined> {
    const running = await this.find();
    if (!running) {
      return undefined;
    }
    process.kill(running.pid, 'SIGTERM');
    await until(async () => ((await answers(running)) ? undefined : true), {
      intervalMs: 100,
      timeoutMs: stopMs,
      onTimeout: () => new AppError('runtimeFailed', 'The runtime does not stop.'),
    });
    return running;
  }

  /** The account that the runtime made for its owner at its first start. */
  async owner({ dataDirectory }: RuntimeInfo): Promise<Owner | undefined> {
    try {
      const text = await readFile(path.join(dataDirectory, 'owner.json'), 'utf8');
      const { email, password } = JSON.parse(text) as Partial<Owner>;
      return email === undefined || password === undefined ? undefined : { email, password };
    } catch {
      // Made from the environment, or changed since: the person knows it.
      return undefined;
    }
  }

  private async launchOnLastPort(options: RuntimeOptions, port: number): Promise<RuntimeInfo> {
    try {
      return await this.launch(options, port);
    } catch (error) {
      if (isAppError(error, 'runtimeFailed')) {
        return this.launch(options, 0);
      }
      throw error;
    }
  }

  private async launch({ dataDirectory }: RuntimeOptions, port: number): Promise<RuntimeInfo> {
    const logFile = path.join(dataDirectory, 'runtime.log');
    const log = await open(logFile, 'w');
    const { command, env } = nodeCommand();
    const child = spawn(
      command,
      [
        '--disable-warning=ExperimentalWarning',
        this.script,
        '--port',
        String(port),
        '--data',
        dataDirectory,
      ],
      { detached: true, stdio: ['ignore', log.fd, log.fd], env, cwd: dataDirectory },
    );
    let ended: string | undefined;
    child.once('error', (error) => (ended = error.message));
    child.once('exit', () => (ended = ''));
    child.unref();
    await log.close();
    return until(
      async () => {
        const text = await readFile(logFile, 'utf8');
        const ready = readyIn(text);
        if (!ready && ended !== undefined) {
          throw notStarted(text.trim() || ended);
        }
        return ready && { ...ready, dataDirectory };
      },
      { intervalMs: 50, timeoutMs: startMs, onTimeout: () => notStarted('it does not answer') },
    );
  }

  private remembered(): RuntimeInfo | undefined {
    const known = this.memory.get(memoryKey) as Partial<RuntimeInfo> | undefined;
    return known?.url !== undefined && known.pid !== undefined && known.dataDirectory !== undefined
      ? { url: known.url, pid: known.pid, dataDirectory: known.dataDirectory }
      : undefined;
  }
}

/** The first line that the runtime prints once it answers; house.md section 4. */
function readyIn(text: string): { url: string; pid: number } | undefined {
  const line = text.split('\n').find((one) => one.startsWith('{"event":"ready"'));
  return line === undefined ? undefined : (JSON.parse(line) as { url: string; pid: number });
}

/** Whether that very process answers: by now another one may have its URL, or its process id. */
async function answers({ url, pid }: RuntimeInfo): Promise<boolean> {
  try {
    const answer = await fetch(new URL('healthcheck', url), { signal: AbortSignal.timeout(3_000) });
    const body = (await answer.json()) as { pid?: unknown } | null;
    return answer.ok && body?.pid === pid;
  } catch {
    return false;
  }
}

/** The editor's own Node.js where it carries SQLite, else the one on the PATH. */
function nodeCommand(): { command: string; env: NodeJS.ProcessEnv } {
  return isBuiltin('node:sqlite')
    ? { command: process.execPath, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }
    : { command: 'node', env: process.env };
}

function notStarted(reason: string): AppError {
  const last = reason.split('\n').at(-1) ?? reason;
  return new AppError('runtimeFailed', `The FlexService Runtime did not start: ${last}`);
}
