import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, messageOf } from '../../core/base/errors';
import { throwIfAborted } from '../../core/base/retry';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { Log } from '../../core/base/log';
import type { LocalRun, LocalRuns } from '../../core/handlers/localRuns';
import { LocalService } from '../../core/handlers/localService';
import { findPortOwner } from '../../core/handlers/portOwner';
import { contextKeys } from '../contributions';
import type { CommandRunner } from '../runCommand';
import { settings } from '../settings';
import { isHealthyWithin, notAnswering, whenReady } from './localReadiness';
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
  /** Folders whose start a command waits for: it tells what goes wrong. */
  private readonly awaited = new Set<string>();

  constructor(
    private readonly runs: LocalRuns,
    private readonly configurations: DebugConfigurations,
    private readonly runner: CommandRunner,
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
    this.awaited.add(folder);
    try {
      if (!this.runs.find(folder)) {
        await this.launch(folder, noDebug);
      }
      const { port } = await whenReady(this.runs, folder);
      const pid = (await findPortOwner(port))?.pid;
      return { port, url: `http://127.0.0.1:${port}/`, pid };
    } finally {
      this.awaited.delete(folder);
    }
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

  /** Waits as long as the session lives: who stops at a breakpoint while it starts takes their time. */
  private async awaitHealth(folder: string, port: number, signal: AbortSignal): Promise<void> {
    const service = new LocalService(port);
    const timeoutMs = settings.handlersStartMs(folder);
    try {
      for (
        let isTold = false;
        !(await isHealthyWithin(service, timeoutMs, signal));
        isTold = true
      ) {
        if (!isTold && !this.awaited.has(folder)) {
          void this.runner.show(notAnswering(folder), 'handlers');
        }
      }
      await this.becomeReady({ folder, port, state: 'ready' }, signal);
    } catch (error) {
      this.log.info(`handlers: ${path.basename(folder)} did not get ready: ${messageOf(error)}`);
    }
  }

  /** What answers its health check takes requests, also where it does not tell its handlers. */
  private async becomeReady(run: LocalRun, signal: AbortSignal): Promise<void> {
    try {
      await this.discover(run, signal);
    } catch (error) {
      throwIfAborted(signal);
      this.runs.set(run);
      void this.runner.show(error, 'handlers');
    }
  }

  private async discover(run: LocalRun, signal?: AbortSignal): Promise<void> {
    const discovery = await new LocalService(run.port).discover({ signal });
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
