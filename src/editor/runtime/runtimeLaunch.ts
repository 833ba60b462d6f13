import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, type ErrorCode } from '../../core/base/errors';
import { until } from '../../core/base/retry';

export interface RuntimeLaunch {
  /** dist/runtime.js */
  readonly script: string;
  readonly dataDirectory: string;
  /** 0 means any free one. */
  readonly port: number;
  readonly timeoutMs: number;
}

/** What the first line says that a runtime prints once it answers; house.md section 4. */
export interface Ready {
  readonly url: string;
  readonly pid: number;
}

/**
 * Starts a runtime that outlives the window, and waits until it answers. Throws `portTaken`,
 * `folderTaken`, or `runtimeFailed` with what it printed last; nothing is left running then.
 */
export async function launchRuntime(launch: RuntimeLaunch): Promise<Ready> {
  const { script, dataDirectory, port, timeoutMs } = launch;
  // Its own until it answers: another window may be starting one here too.
  const logFile = path.join(dataDirectory, `runtime.${randomUUID()}.log`);
  const log = await open(logFile, 'w', 0o600);
  const { command, env } = nodeCommand();
  const child = spawn(
    command,
    [
      '--disable-warning=ExperimentalWarning',
      script,
      '--port',
      String(port),
      '--data',
      dataDirectory,
    ],
    { detached: true, stdio: ['ignore', log.fd, log.fd], env, cwd: dataDirectory },
  );
  const exit = exitOf(child);
  child.unref();
  await log.close();
  try {
    const ready = await readyFrom(logFile, exit, timeoutMs);
    await rename(logFile, path.join(dataDirectory, 'runtime.log'));
    return ready;
  } catch (error) {
    // One that came up too late would hold the data folder, and nobody would know of it.
    child.kill('SIGKILL');
    await rm(logFile, { force: true });
    throw error;
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

function readyIn(text: string): Ready | undefined {
  const line = text.split('\n').find((one) => one.startsWith('{"event":"ready"'));
  if (line === undefined) {
    return undefined;
  }
  const { url, pid } = JSON.parse(line) as Ready;
  return { url, pid };
}

/** The editor's own Node.js where it carries SQLite, else the one on the PATH. */
function nodeCommand(): { command: string; env: NodeJS.ProcessEnv } {
  return isBuiltin('node:sqlite')
    ? { command: process.execPath, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }
    : { command: 'node', env: process.env };
}

/** What a runtime means by how it exits; runtime/main.ts. */
const codeOfExit: Partial<Record<number, ErrorCode>> = { 3: 'portTaken', 4: 'folderTaken' };

function notStarted(output: string, exitCode?: number | null): AppError {
  const last = output.split('\n').at(-1) ?? output;
  return new AppError(
    codeOfExit[exitCode ?? 0] ?? 'runtimeFailed',
    vscode.l10n.t('The FlexService Runtime did not start: {0}', last),
    { details: { output } },
  );
}
