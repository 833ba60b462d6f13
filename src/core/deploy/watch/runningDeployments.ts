import { Emitter } from '../../base/event';
import type { DeployEvent } from '../deployment';
import type { DeploymentRecord } from '../history/deploymentRecord';

/**
 * Which folders have a job under way, and what it last said. A job that an earlier window began may
 * go on beside it, under its own name.
 */
export class RunningDeployments {
  /** The last event of each phase. */
  private readonly events = new Map<string, readonly DeployEvent[]>();
  private readonly changed = new Emitter<string>();
  /** Fires with the folder, or the job's own name. */
  readonly onDidChange = this.changed.event;

  get(folder: string): DeployEvent | undefined {
    return this.phases(folder).at(-1);
  }

  /** Those that began, each as it was last heard of, the present one last. */
  phases(folder: string): readonly DeployEvent[] {
    return this.events.get(folder) ?? [];
  }

  report(folder: string, event: DeployEvent): void {
    const before = this.phases(folder).filter(({ phase }) => phase !== event.phase);
    this.events.set(folder, [...before, event]);
    this.changed.fire(folder);
  }

  end(folder: string): void {
    if (this.events.delete(folder)) {
      this.changed.fire(folder);
    }
  }
}

/** The own name of a job, where another one of its folder goes on too. */
export function ownName({ folder, startedAt }: DeploymentRecord): string {
  return `${startedAt} ${folder}`;
}
