import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../core/base/errors';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { Log } from '../../core/base/log';
import { messageOf } from '../../core/base/errors';
import type { LocalRun, LocalRuns } from '../../core/handlers/localRuns';
import { LocalService } from '../../core/handlers/localService';
import { findPortOwner } from '../../core/handlers/portOwner';
import { contextKeys } from '../contributions';
import { settings } from '../settings';
import {
  defaultConfiguration,
  type DebugConfigurations,
  type FlexLaunch,
} from './debugConfigurations';

/** Starts, follows and ends debug sessions of Flex services, however they were begun. */
export class LocalRunner implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly sessions = new Map<string, vscode.DebugSession>();
  private readonly watches = new Map<string, AbortController>();

  constructor(
    private readonly runs: LocalRuns,
    private readonly configurations: DebugConfigurations,
    private readonly log: Log,
  ) {
    this.owned.add(vscode.debug.onDidStartDebugSession((session) => this.started(session)));
    this.owned.add(vscode.debug.onDidTerminateDebugSession((session) => this.ended(session)));
    this.owned.add(runs.onDidChange(() => setRunning(runs)));
  }

  /** Starts the folder's service and waits until it answers. */
  async start(
    folder: string,
    noDebug: boolean,
  ): Promise<{ port: number; url: string; pid?: number }> {
    const known = this.runs.find(folder);
    if (!known) {
      await this.launch(folder, noDebug);
    }
    const run = await this.whenReady(folder);
    const pid = (await findPortOwner(run.port))?.pid;
    return { port: run.port, url: `http://127.0.0.1:${run.port}/`, pid };
  }

  async stop(folder: string): Promise<LocalRun | undefined> {
    const run = this.runs.find(folder);
    const session = this.sessions.get(folder);
    if (session) {
      const gone = this.whenEnded(folder);
      await vscode.debug.stopDebugging(session);
      await gone;
    }
    return run;
  }

  /** Asks a running service for its handlers again, after a restart within the session. */
  async rediscover(): Promise<void> {
    await Promise.all(this.runs.all.map((run) => this.discover(run)));
  }

  dispose(): void {
    for (const watch of this.watches.values()) {
      watch.abort();
    }
    this.owned.dispose();
  }

  private async launch(folder: string, noDebug: boolean): Promise<void> {
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder));
    const launch = await this.configurations.resolve(workspaceFolder, defaultConfiguration(folder));
    const isStarted = await vscode.debug.startDebugging(workspaceFolder, launch, { noDebug });
    if (!isStarted) {
      throw new AppError('cancelled', vscode.l10n.t('The service was not started.'));
    }
  }

  private started(session: vscode.DebugSession): void {
    const launch = launchOf(session);
    if (!launch || session.parentSession) {
      return;
    }
    const { flexFolder: folder, flexPort: port } = launch;
    const watch = new AbortController();
    this.sessions.set(folder, session);
    this.watches.set(folder, watch);
    this.runs.set({ folder, port, state: 'starting' });
    void this.awaitHealth(folder, port, watch.signal);
  }

  private async awaitHealth(folder: string, port: number, signal: AbortSignal): Promise<void> {
    try {
      const timeoutMs = settings.handlersStartMs(folder);
      await new LocalService(port).waitUntilHealthy({ timeoutMs, signal });
      await this.discover({ folder, port, state: 'ready' }, signal);
    } catch (error) {
      this.log.info(`handlers: ${path.basename(folder)} did not get ready: ${messageOf(error)}`);
    }
  }

  private async discover(run: LocalRun, signal?: AbortSignal): Promise<void> {
    const discovery = await new LocalService(run.port).discover(signal);
    if (this.sessions.has(run.folder)) {
      this.runs.set({ ...run, state: 'ready', discovery });
    }
  }

  private ended(session: vscode.DebugSession): void {
    const folder = launchOf(session)?.flexFolder;
    if (folder === undefined || this.sessions.get(folder) !== session) {
      return;
    }
    this.watches.get(folder)?.abort();
    this.watches.delete(folder);
    this.sessions.delete(folder);
    this.runs.end(folder);
  }

  private async whenReady(folder: string): Promise<LocalRun> {
    const name = path.basename(folder);
    const seconds = settings.handlersStartMs(folder) / 1000;
    const failure = vscode.l10n.t(
      '{0} does not answer on its port after {1} s. The Debug Console tells what it printed.',
      name,
      seconds,
    );
    return new Promise((resolve, reject) => {
      const owned = new DisposableStore();
      const settle = (end: () => void) => {
        owned.dispose();
        end();
      };
      const look = () => {
        const run = this.runs.find(folder);
        if (run?.state === 'ready') {
          settle(() => resolve(run));
        } else if (!run) {
          const text = vscode.l10n.t('{0} ended before it answered. See the Debug Console.', name);
          settle(() => reject(new AppError('serviceNotReady', text)));
        }
      };
      owned.add(this.runs.onDidChange(look));
      const timer = setTimeout(
        () => settle(() => reject(new AppError('serviceNotReady', failure))),
        seconds * 1000 + 1_000,
      );
      owned.add({ dispose: () => clearTimeout(timer) });
      look();
    });
  }

  private async whenEnded(folder: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const subscription = this.runs.onDidChange(() => {
        if (!this.runs.find(folder)) {
          subscription.dispose();
          resolve();
        }
      });
    });
  }
}

function launchOf({ configuration }: vscode.DebugSession): FlexLaunch | undefined {
  const { flexFolder, flexPort } = configuration as Partial<FlexLaunch>;
  return typeof flexFolder === 'string' && typeof flexPort === 'number'
    ? { flexFolder, flexPort }
    : undefined;
}

function setRunning(runs: LocalRuns): void {
  const isRunning = runs.all.length > 0;
  void vscode.commands.executeCommand('setContext', contextKeys.running, isRunning);
}
