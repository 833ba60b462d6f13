import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { isAppError, messageOf } from '../../core/base/errors';
import type { Log } from '../../core/base/log';
import type { DeployRecovery } from '../../core/deploy/deployRecovery';
import type { Deployments } from '../../core/deploy/deployment';
import type { DeploymentRecord } from '../../core/deploy/deploymentRecord';
import type { DeploymentStore } from '../../core/deploy/deploymentStore';
import { sightingMessage } from '../../core/deploy/deployMessages';
import type { RunningDeployments } from '../../core/deploy/runningDeployments';
import type { ServiceChange, ServiceStore } from '../../core/services/serviceStore';
import type { FolderStates } from '../folderStates';
import type { CommandRunner } from '../runCommand';
import { tellResumed } from './deployOutcome';

/**
 * Goes on where another window ended, such as before a reload: finishes a deploy that it was sending,
 * and watches the job that was under way in the status bar, telling its end as an unbroken deploy
 * does. The job of a window that still runs shows here too, and is watched on should that window end.
 */
export class JobResumption implements Disposable {
  private readonly seen = new Set<string>();
  private readonly settling = new Map<string, Promise<void>>();
  private readonly abort = new AbortController();
  private readonly owned = new DisposableStore();

  constructor(
    private readonly folders: FolderStates,
    private readonly records: DeploymentStore,
    private readonly deployments: Deployments,
    private readonly recovery: DeployRecovery,
    services: ServiceStore,
    private readonly running: RunningDeployments,
    private readonly runner: CommandRunner,
    private readonly log: Log,
  ) {
    this.owned.add(folders.onDidChange(() => this.resumeBound()));
    this.owned.add(services.onDidChange((change) => this.joinOthers(change)));
  }

  dispose(): void {
    this.abort.abort();
    this.owned.dispose();
  }

  /**
   * Finishes what an earlier window was sending from this folder; its job is then under way, or its
   * files are back. To be awaited before anything new is sent; throws as `DeployRecovery.recover`.
   */
  settle(folder: string): Promise<void> {
    const settling =
      this.settling.get(folder) ?? this.recover(folder).finally(() => this.settling.delete(folder));
    this.settling.set(folder, settling);
    return settling;
  }

  private resumeBound(): void {
    for (const { folder, target } of this.folders.all) {
      if (target && !this.seen.has(folder)) {
        this.seen.add(folder);
        void this.resume(folder);
      }
    }
  }

  /** A status that changes may tell of a job that another window started from the same folder. */
  private joinOthers(change: ServiceChange): void {
    if (change.kind !== 'status') {
      return;
    }
    for (const { folder, target } of this.folders.all) {
      const record =
        target?.environmentId === change.key.environmentId && this.records.last(folder);
      if (record && record.outcome === undefined) {
        void this.watchOn(record);
      }
    }
  }

  private async resume(folder: string): Promise<void> {
    try {
      await this.settle(folder);
    } catch (error) {
      this.resumeLater(folder, error);
      return;
    }
    const record = this.records.last(folder);
    if (record && record.outcome === undefined) {
      await this.watchOn(record);
    }
  }

  private async recover(folder: string): Promise<void> {
    if (this.running.get(folder) || !this.records.pending.of(folder)) {
      return;
    }
    const message = vscode.l10n.t('Looking for the last deploy…');
    this.running.report(folder, { phase: 'uploading', message });
    const { taken, lost } = await this.recovery
      .recover(folder, this.abort.signal)
      .finally(() => this.running.end(folder));
    if (lost) {
      void this.runner.show(lost, 'deploy');
    }
    if (taken) {
      void this.watchOn(taken);
    }
  }

  private async watchOn(record: DeploymentRecord): Promise<void> {
    const { folder } = record;
    if (this.running.get(folder)) {
      return;
    }
    const message = sightingMessage({}, record.version);
    this.running.report(folder, { phase: 'building', message, job: record.job });
    try {
      const result = await this.deployments.resume(record, this.abort.signal, (event) =>
        this.running.report(folder, event),
      );
      if (!result.toldElsewhere) {
        void tellResumed(record, result);
      }
    } catch (error) {
      this.tellFailure(folder, error);
    } finally {
      this.running.end(folder);
    }
  }

  private tellFailure(folder: string, error: unknown): void {
    if (isAppError(error, 'outcomeUnknown')) {
      void this.runner.show(error, 'deploy');
    } else {
      this.resumeLater(folder, error);
    }
  }

  /** Such as after an expired session: tried again when the folder is read again. */
  private resumeLater(folder: string, error: unknown): void {
    this.seen.delete(folder);
    this.log.warn(`deploy: the last job is not watched any more: ${messageOf(error)}`);
  }
}
