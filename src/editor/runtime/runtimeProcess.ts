import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, isAppError } from '../../core/base/errors';
import { isRunning } from '../../core/base/processes';
import { until } from '../../core/base/retry';
import type { Memory } from '../../core/base/memory';
import { launchRuntime } from './runtimeLaunch';

export interface RuntimeInfo {
  readonly url: string;
  readonly pid: number;
  readonly dataDirectory: string;
}

export interface RuntimeOptions {
  /** Absent: that of the one that runs, else the editor's own. */
  readonly dataDirectory?: string;
  /** 0: that of the one that runs, else of the last time, at first any free one. */
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
    private readonly ownDirectory: string,
    private readonly startMs = 30_000,
  ) {}

  /** The one that runs, or undefined. */
  async find(): Promise<RuntimeInfo | undefined> {
    const known = this.remembered();
    return known && (await answers(known)) ? known : undefined;
  }

  /**
   * The one that runs, else a new one; callers that come while it starts share it. Throws
   * `runtimeFailed` also where the one that runs has another port or data folder than asked for.
   */
  async start(options: RuntimeOptions): Promise<RuntimeInfo> {
    this.starting ??= this.startOnce(options).finally(() => (this.starting = undefined));
    const info = await this.starting;
    ensureAsAsked(info, options);
    return info;
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

  private async startOnce({
    dataDirectory = this.ownDirectory,
    port,
  }: RuntimeOptions): Promise<RuntimeInfo> {
    const info =
      (await this.find()) ??
      (await findIn(dataDirectory)) ??
      (await this.startNew(dataDirectory, port));
    await this.memory.set(memoryKey, info);
    return info;
  }

  private async startNew(dataDirectory: string, port: number): Promise<RuntimeInfo> {
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
    const last = this.remembered();
    const lastPort = last && Number(new URL(last.url).port);
    try {
      return await (port !== 0 || lastPort === undefined
        ? this.launch(dataDirectory, port)
        : this.launchOnLastPort(dataDirectory, lastPort));
    } catch (error) {
      if (isAppError(error, 'folderTaken')) {
        return this.awaitOther(dataDirectory, error);
      }
      throw error;
    }
  }

  /** Another window was faster, and its runtime may be on its way up. */
  private async awaitOther(dataDirectory: string, refused: AppError): Promise<RuntimeInfo> {
    return until(() => findIn(dataDirectory), {
      intervalMs: 100,
      timeoutMs: this.startMs,
      onTimeout: () => refused,
    });
  }

  private async launchOnLastPort(dataDirectory: string, port: number): Promise<RuntimeInfo> {
    try {
      return await this.launch(dataDirectory, port);
    } catch (error) {
      if (isAppError(error, 'portTaken')) {
        return this.launch(dataDirectory, 0);
      }
      throw error;
    }
  }

  private async launch(dataDirectory: string, port: number): Promise<RuntimeInfo> {
    const launch = { script: this.script, dataDirectory, port, timeoutMs: this.startMs };
    return { ...(await launchRuntime(launch)), dataDirectory };
  }

  private remembered(): RuntimeInfo | undefined {
    const known = this.memory.get(memoryKey) as Partial<RuntimeInfo> | undefined;
    return known?.url !== undefined && known.pid !== undefined && known.dataDirectory !== undefined
      ? { url: known.url, pid: known.pid, dataDirectory: known.dataDirectory }
      : undefined;
  }
}

function ensureAsAsked(info: RuntimeInfo, { port, dataDirectory }: RuntimeOptions): void {
  const isPort = port === 0 || port === Number(new URL(info.url).port);
  const isFolder =
    dataDirectory === undefined || path.relative(info.dataDirectory, dataDirectory) === '';
  if (!isPort || !isFolder) {
    throw new AppError(
      'runtimeFailed',
      vscode.l10n.t(
        'A FlexService Runtime runs at {0} already, on the data in {1}. To start one on another port or other data, stop that one first.',
        info.url,
        info.dataDirectory,
      ),
    );
  }
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
