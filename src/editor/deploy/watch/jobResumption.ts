import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../core/base/disposable';
import { messageOf } from '../../../core/base/errors';
import type { Log } from '../../../core/base/log';
import type { DeployRecovery } from '../../../core/deploy/sending/deployRecovery';
import type { Deployments } from '../../../core/deploy/deployment';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import type { RunningDeployments } from '../../../core/deploy/watch/runningDeployments';
import type { ServiceChange, ServiceStore } from '../../../core/services/serviceStore';
import type { FolderStates } from '../../folderStates';
import type { CommandRunner } from '../../runCommand';
import { unsavedFile } from '../checks/unsavedEditors';
import { ResumedWatches } from './resumedWatches';

/**
 * Goes on where another window ended, such as before a reload: finishes a deploy that it was sending,
 * and watches every job that was under way, wherever the folder is bound by now. The job of a window
 * that still runs shows here too, and is watched on should that window end.
 */
export class JobResumption implements Disposable {
  private readonly seen = new Set<string>();
  private readonly settling = new Map<string, Promise<void>>();
  private readonly abort = new AbortController();
  private readonly owned = new DisposableStore();
  private readonly watches: ResumedWatches;

  constructor(
    private readonly folders: FolderStates,
    private readonly records: DeploymentStore,
    deployments: Deployments,
    private readonly recovery: DeployRecovery,
    services: ServiceStore,
    private readonly running: RunningDeployments,
    private readonly runner: CommandRunner,
    private readonly log: Log,
  ) {
    this.watches = new ResumedWatches(deployments, running, runner, this.abort.signal);
    this.owned.add(deployments.onDidEnd((record) => this.watches.noteEnd(record)));
    this.owned.add(folders.onDidChange(() => this.resumeRead()));
    this.owned.add(services.onDidChange((change) => this.joinOthers(change)));
    this.owned.add(running.onDidChange((folder) => this.resumeAfter(folder)));
  }

  dispose(): void {
    this.abort.abort();
    this.owned.dispose();
  }

  /**
   * Finishes what an earlier window was sending from this folder; its job is then under way, or it
   * is told that nobody knows of it. To be awaited before anything new is sent; throws as
   * `DeployRecovery.recover`.
   */
  settle(folder: string): Promise<void> {
    const settling =
      this.settling.get(folder) ?? this.recover(folder).finally(() => this.settling.delete(folder));
    this.settling.set(folder, settling);
    return settling;
  }

  /** Only a folder whose binding is known by now; a job says itself which account it is of. */
  private resumeRead(): void {
    for (const { folder, target, problem, binding } of this.folders.all) {
      const isRead = target !== undefined || problem !== undefined || binding.kind === 'unbound';
      if (isRead && !this.seen.has(folder)) {
        this.seen.add(folder);
        void this.resume(folder);
      }
    }
  }

  /** A status that changes may tell of a job that another window started. */
  private joinOthers(change: ServiceChange): void {
    if (change.kind !== 'status') {
      return;
    }
    const { environmentId } = change.key;
    const bound = this.folders.all.filter(({ target }) => target?.environmentId === environmentId);
    // What no folder is bound to is remembered by its environment.
    for (const folder of [...bound.map((state) => state.folder), environmentId]) {
      this.watchAll(folder);
    }
  }

  /** Where a job of this window's own ended, or is not watched any more, such as after an expired session. */
  private resumeAfter(folder: string): void {
    if (!this.running.get(folder) && !this.watches.holds(folder)) {
      this.watchAll(folder);
    }
  }

  private async resume(folder: string): Promise<void> {
    try {
      await this.settle(folder);
      this.watchAll(folder);
    } catch (error) {
      this.resumeLater(folder, error);
    }
  }

  private async recover(folder: string): Promise<void> {
    if (this.running.get(folder) || !this.records.pending.of(folder)) {
      return;
    }
    const message = vscode.l10n.t('Looking for the last deploy…');
    this.running.report(folder, { phase: 'uploading', message });
    const { taken, lost } = await this.recovery
      .recover(folder, { signal: this.abort.signal, unsaved: unsavedFile })
      .finally(() => this.running.end(folder));
    if (lost) {
      void this.runner.show(lost, 'deploy');
    }
    if (taken) {
      this.watchAll(folder);
    }
  }

  /** The newest first: it is the one that the status bar shows. */
  private watchAll(folder: string): void {
    const history = this.watches.isBusy(folder) ? [] : this.records.history(folder);
    for (const record of history.filter(({ outcome }) => outcome === undefined)) {
      this.watches
        .watch(record, this.isHere(record))
        .catch((error: unknown) => this.resumeLater(folder, error));
    }
  }

  private isHere({ folder, environmentId }: DeploymentRecord): boolean {
    const { target } = this.folders.all.find((state) => state.folder === folder) ?? {};
    return target === undefined || target.environmentId === environmentId;
  }

  /** Such as after an expired session: tried again when the folder is read again. */
  private resumeLater(folder: string, error: unknown): void {
    this.seen.delete(folder);
    this.log.warn(`deploy: a job is not watched any more: ${messageOf(error)}`);
  }
}
