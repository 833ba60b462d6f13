import { Emitter } from '../base/event';
import type { Discovery } from './localService';

/** One service that runs on this machine under the debugger. */
export interface LocalRun {
  readonly folder: string;
  readonly port: number;
  readonly state: 'starting' | 'ready';
  readonly discovery?: Discovery;
}

/** The services that this window runs, by folder. */
export class LocalRuns {
  private readonly runs = new Map<string, LocalRun>();
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;

  get all(): readonly LocalRun[] {
    return [...this.runs.values()];
  }

  find(folder: string): LocalRun | undefined {
    return this.runs.get(folder);
  }

  set(run: LocalRun): void {
    this.runs.set(run.folder, run);
    this.changed.fire();
  }

  end(folder: string): void {
    if (this.runs.delete(folder)) {
      this.changed.fire();
    }
  }
}
