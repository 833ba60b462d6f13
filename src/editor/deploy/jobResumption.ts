import type { Deployments } from '../../core/deploy/deployment';
import type { DeploymentStore } from '../../core/deploy/deploymentStore';
import type { RunningDeployments } from '../../core/deploy/runningDeployments';
import type { Log } from '../../core/base/log';
import { messageOf } from '../../core/base/errors';
import type { Disposable } from '../../core/base/disposable';
import type { FolderStates } from '../folderStates';

/** After a reload, goes on watching the job that was under way: quietly, in the status bar. */
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
    const record = this.records.last(folder);
    if (!record || record.outcome !== undefined || this.running.get(folder)) {
      return;
    }
    try {
      await this.deployments.resume(record, this.abort.signal, (event) =>
        this.running.report(folder, event),
      );
    } catch (error) {
      // Such as an expired session: tried again when the folder is read again.
      this.seen.delete(folder);
      this.log.warn(`deploy: the job ${record.job} is no longer watched: ${messageOf(error)}`);
    } finally {
      this.running.end(folder);
    }
  }
}
