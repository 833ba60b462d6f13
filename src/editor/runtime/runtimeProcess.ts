import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, isAppError } from '../../core/base/errors';
import { isRunning } from '../../core/base/processes';
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
const stopMs = 60_000;

/**
 * The FlexService Runtime that this editor started. It is a process of its own that outlives the
 * window, so that reloading does not stop the services in it; which one it is, is remembered.
 */
export class RuntimeProcess {
  private starting: Promise<RuntimeInfo> | undefined;

  constructor(
    private readonly script: string,
    private readonly memory: Memory,
    private readonly startMs = 30_000,
  ) {}

  /** The one that runs, or undefined. */
  async find(): Promise<RuntimeInfo | undefined> {
    const known = this.remembered();
    return known && (await answers(known)) ? known : undefined;
  }

  /** The one that runs, else a new one; callers that come while it starts share it. */
  async start(options: RuntimeOptions): Promise<RuntimeInfo> {
    this.starting ??= this.startOnce(options).finally(() => (this.starting = undefined));
    return this.starting;
  }

  /** Asks it to end, and waits until it did. Undefined where none runs. */
  async stop(): Promise<RuntimeInfo | undefined> {
    const running = await this.find();
    if (!running) {
      return undefined;
    }
    process.kill(running.pid, 'SIGTERM');
    await until(() => Promise.resolve(!isRunning(running.pid) || undefined), {
      intervalMs: 100,
      timeoutMs: stopMs,
      onTimeout: () =>
        new AppError('runtimeFailed', vscode.l10n.t('The FlexService Runtime does not stop.')),
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

  private async startOnce(options: RuntimeOptions): Promise<RuntimeInfo> {
    const info =
      (await this.find()) ??
      (await findIn(options.dataDirectory)) ??
      (await this.startNew(options));
    await this.memory.set(memoryKey, info);
    return info;
  }

  private async startNew(options: RuntimeOptions): Promise<RuntimeInfo> {
    await mkdir(options.dataDirectory, { recursive: true, mode: 0o700 });
    const last = this.remembered();
    const lastPort = last && Number(new URL(last.url).port);
    return options.port !== 0 || lastPort === undefined
      ? this.launch(options, options.port)
      : this.launchOnLastPort(options, lastPort);
  }

  private async launchOnLastPort(options: RuntimeOptions, port: number): Promise<RuntimeInfo> {
    try {
      return await this.launch(options, port);
    } catch (error) {
      if (isAppError(error, 'portTaken')) {
        return this.launch(options, 0);
      }
      throw error;
    }
  }

  private async launch({ dataDirectory }: RuntimeOptions, port: number): Promise<RuntimeInfo> {
    const logFile = path.join(dataDirectory, 'runtime.log');
    const log = await open(logFile, 'w', 0o600);
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
    child.unref();
    await log.close();
    const exit = exitOf(child);
    try {
      return { ...(await readyFrom(logFile, exit, this.startMs)), dataDirectory };
    } catch (error) {
      // One that came up too late would hold the data folder, and nobody would know of it.
      child.kill('SIGKILL');
      throw error;
    }
  }

  private remembered(): RuntimeInfo | undefined {
    const known = this.memory.get(memoryKey) as Partial<RuntimeInfo> | undefined;
    return known?.url !== undefined && known.pid !== undefined && known.dataDirectory !== undefined
      ? { url: known.url, pid: known.pid, dataDirectory: known.dataDirectory }
      : undefined;
  }
}

/** How a process ended, as soon as it has. */
interface Exit {
  /** Why it could not be started, or that it ended. */
  reason?: string;
  code?: number | null;
}

function exitOf(child: ChildProcess): Exit {
  const exit: Exit = {};
  child.once('error', (error) => (exit.reason = error.message));
  child.once('exit', (code) => Object.assign(exit, { reason: '', code }));
  return exit;
}

async function readyFrom(logFile: string, exit: Exit, timeoutMs: number) {
  return until(
    async () => {
      const hasEnded = exit.reason !== undefined;
      const text = await readFile(logFile, 'utf8');
      const ready = readyIn(text);
      if (!ready && hasEnded) {
        throw notStarted(text.trim() || (exit.reason ?? ''), exit.code);
      }
      return ready;
    },
    {
      intervalMs: 50,
      timeoutMs,
      onTimeout: () => notStarted(vscode.l10n.t('it does not answer.')),
    },
  );
}

/** The first line that the runtime prints once it answers; house.md section 4. */
function readyIn(text: string): { url: string; pid: number } | undefined {
  const line = text.split('\n').find((one) => one.startsWith('{"event":"ready"'));
  if (line === undefined) {
    return undefined;
  }
  const { url, pid } = JSON.parse(line) as { url: string; pid: number };
  return { url, pid };
}

/** The one that another window has started since; runtime/dataFolder.ts writes the file. */
async function findIn(dataDirectory: string): Promise<RuntimeInfo | undefined> {
  const file = path.join(dataDirectory, 'runtime.info');
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, pid, url] = /^process (\d+) at (\S+)$/.exec(text) ?? [];
  const info = url !== undefined && { url, pid: Number(pid), dataDirectory };
  return info && (await answers(info)) ? info : undefined;
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

/** The runtime exits with 3 where its port is taken; runtime/main.ts. */
const portTakenExit = 3;

function notStarted(reason: string, exitCode?: number | null): AppError {
  const last = reason.split('\n').at(-1) ?? reason;
  return new AppError(
    exitCode === portTakenExit ? 'portTaken' : 'runtimeFailed',
    vscode.l10n.t('The FlexService Runtime did not start: {0}', last),
  );
}
