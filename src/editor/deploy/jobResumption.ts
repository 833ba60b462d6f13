import path from 'node:path';
import * as vscode from 'vscode';
import type { Deployments } from '../../core/deploy/deployment';
import type { DeploymentStore, PendingDeploy } from '../../core/deploy/deploymentStore';
import type { RunningDeployments } from '../../core/deploy/runningDeployments';
import type { Log } from '../../core/base/log';
import { messageOf } from '../../core/base/errors';
import type { Disposable } from '../../core/base/disposable';
import { isRunning } from '../../core/base/processes';
import { delay } from '../../core/base/retry';
import type { FolderStates } from '../folderStates';

/** An extension host that is being replaced needs a moment to end. */
const otherProcessMs = 2_000;

/**
 * After a reload, goes on where the last window ended: finishes a deploy that it was sending, and
 * watches the job that was under way, quietly, in the status bar.
 */
export class JobResumption implements Disposable {
  private readonly seen = new Set<string>();
  private readonly abort = new AbortController();
  private readonly subscription: Disposable;

  constructor(
    private readonly folders: FolderStates,
    private readonly records: DeploymentStore,
    private readonly deployments: Deployments,
    private readonly running: RunningDeployments,
    private readonly log: Log,
  ) {
    this.subscription = folders.onDidChange(() => this.resumeBound());
  }

  dispose(): void {
    this.abort.abort();
    this.subscription.dispose();
  }

  private resumeBound(): void {
    for (const { folder, target } of this.folders.all) {
      if (target && !this.seen.has(folder)) {
        this.seen.add(folder);
        void this.resume(folder);
      }
    }
  }

  private async resume(folder: string): Promise<void> {
    try {
      await this.recover(folder);
      await this.watchOn(folder);
    } catch (error) {
      // Such as an expired session: tried again when the folder is read again.
      this.seen.delete(folder);
      this.log.warn(`deploy: the last job is not watched any more: ${messageOf(error)}`);
    }
  }

  private async recover(folder: string): Promise<void> {
    const pending = await this.abandonedPending(folder);
    if (!pending) {
      return;
    }
    const taken = await this.deployments.recover(pending, this.abort.signal);
    if (!taken) {
      void vscode.window.showWarningMessage(notSent(pending));
    }
  }

  /** Another window may still be sending it: then it is that window's. */
  private async abandonedPending(folder: string): Promise<PendingDeploy | undefined> {
    for (;;) {
      const pending = this.running.get(folder) ? undefined : this.records.pending(folder);
      if (!pending || pending.pid === process.pid) {
        return undefined;
      }
      if (!isRunning(pending.pid)) {
        return pending;
      }
      await delay(otherProcessMs, this.abort.signal);
    }
  }

  private async watchOn(folder: string): Promise<void> {
    const record = this.records.last(folder);
    if (!record || record.outcome !== undefined || this.running.get(folder)) {
      return;
    }
    try {
      await this.deployments.resume(record, this.abort.signal, (event) =>
        this.running.report(folder, event),
      );
    } finally {
      this.running.end(folder);
    }
  }
}

function notSent({ record, edit }: PendingDeploy): string {
  const name = path.basename(record.folder);
  const text = vscode.l10n.t(
    'The window was closed while it sent {0} {1}, and the instance does not tell of that deploy.',
    name,
    record.version,
  );
  const isEdited = edit.changes.length > 0;
  return isEdited ? `${text} ${vscode.l10n.t('The version is set back in package.json.')}` : text;
}
