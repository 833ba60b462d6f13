import { Emitter } from '../base/event';
import type { DeployEvent } from './deployment';

/** Which folders have a job under way, and what it last said. */
export class RunningDeployments {
  private readonly events = new Map<string, DeployEvent>();
  private readonly changed = new Emitter<string>();
  /** Fires with the folder. */
  readonly onDidChange = this.changed.event;

  get(folder: string): DeployEvent | undefined {
    return this.events.get(folder);
  }

  report(folder: string, event: DeployEvent): void {
    this.events.set(folder, event);
    this.changed.fire(folder);
  }

  end(folder: string): void {
    if (this.events.delete(folder)) {
      this.changed.fire(folder);
    }
  }
}
