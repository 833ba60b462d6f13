import { isAppError } from '../../../core/base/errors';
import type { Deployments } from '../../../core/deploy/deployment';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import { sightingMessage } from '../../../core/deploy/deployMessages';
import { ownName, type RunningDeployments } from '../../../core/deploy/watch/runningDeployments';
import type { CommandRunner } from '../../runCommand';
import { tellResumed } from './deployOutcome';

/** Watches jobs that other windows began, each once, and tells their ends as an unbroken deploy does. */
export class ResumedWatches {
  private readonly watched = new Set<string>();
  /** What this window knows the end of, also where the disk did not let it be remembered. */
  private readonly over = new Set<string>();
  /** What they go on under: their folder, or their own name. */
  private readonly slots = new Set<string>();

  constructor(
    private readonly deployments: Deployments,
    private readonly running: RunningDeployments,
    private readonly runner: CommandRunner,
    private readonly signal: AbortSignal,
  ) {}

  /** It was told, by whoever watched it here: it is not watched again. */
  noteEnd(record: DeploymentRecord): void {
    this.over.add(ownName(record));
  }

  /** Whether the folder has a job of this window's own under way. */
  isBusy(folder: string): boolean {
    return this.running.get(folder) !== undefined && !this.holds(folder);
  }

  /** Whether the folder's job is one of them, also while it just ends. */
  holds(folder: string): boolean {
    return this.slots.has(folder);
  }

  /**
   * `isHere`: it goes to where the folder is bound, so it is the folder's job unless that has one.
   * Throws what does not pass by itself, such as `sessionExpired`.
   */
  async watch(record: DeploymentRecord, isHere: boolean): Promise<void> {
    const name = ownName(record);
    if (this.watched.has(name) || this.over.has(name)) {
      return;
    }
    this.watched.add(name);
    const slot = isHere && !this.running.get(record.folder) ? record.folder : name;
    this.slots.add(slot);
    try {
      await this.watchAs(slot, record);
    } catch (error) {
      if (!isAppError(error, 'outcomeUnknown')) {
        throw error;
      }
      void this.runner.show(error, 'deploy');
    } finally {
      this.running.end(slot);
      this.watched.delete(name);
      this.slots.delete(slot);
    }
  }

  private async watchAs(slot: string, record: DeploymentRecord): Promise<void> {
    const message = sightingMessage({}, record.version);
    this.running.report(slot, { phase: 'building', message, job: record.job });
    const result = await this.deployments.resume(record, this.signal, (event) =>
      this.running.report(slot, event),
    );
    if (!result.toldElsewhere) {
      void tellResumed(record, result);
    }
  }
}
