import { rm, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ReplicaCounts } from '../metrics/metrics';
import { ServiceRunner, type RunnerTools } from './serviceRunner';

/** The runners of all service environments, made when they are first needed. */
export class ServiceRunners {
  private readonly runners = new Map<string, ServiceRunner>();

  constructor(private readonly tools: RunnerTools) {}

  /** Undefined where there is no such environment. Asks the database only when it is new. */
  find(environmentId: string): ServiceRunner | undefined {
    const known = this.runners.get(environmentId);
    return known ?? (this.tools.environments.find(environmentId) && this.get(environmentId));
  }

  get(environmentId: string): ServiceRunner {
    const known = this.runners.get(environmentId);
    if (known) {
      return known;
    }
    const runner = new ServiceRunner(environmentId, this.tools);
    this.runners.set(environmentId, runner);
    return runner;
  }

  /** For the metrics. */
  countReplicas(): ReplicaCounts {
    const total = { starting: 0, serving: 0, draining: 0 };
    for (const runner of this.runners.values()) {
      const counts = runner.countReplicas();
      total.starting += counts.starting;
      total.serving += counts.serving;
      total.draining += counts.draining;
    }
    return total;
  }

  /** Clears away what the last runtime left: processes, jobs, uploads, half-made builds. */
  async cleanUp(uploads: string): Promise<void> {
    const { processes, records, builds, log } = this.tools;
    const ended = processes.killAll();
    if (ended > 0) {
      log.warn(`Ended ${ended} processes that the last runtime left behind.`);
    }
    records.recover();
    await removeContents(uploads);
    await builds.cleanUp();
    await this.sweepBuilds();
  }

  /** Starts every service that was serving. */
  resume(): void {
    for (const { id, state } of this.tools.environments.listAll()) {
      if (state.serving) {
        this.get(id).resume();
      }
    }
  }

  /** Ends what runs for an environment that is being deleted, with its folders and logs. */
  private async remove(environmentId: string): Promise<void> {
    await this.runners.get(environmentId)?.close();
    await this.tools.builds.removeAll(environmentId);
    await this.tools.logs.deleteAll(environmentId);
    this.runners.delete(environmentId);
  }

  async removeAll(environmentIds: readonly string[]): Promise<void> {
    await Promise.all(environmentIds.map((id) => this.remove(id)));
  }

  async close(): Promise<void> {
    this.tools.nodes.dispose();
    await Promise.all([...this.runners.values()].map((runner) => runner.close()));
  }

  private async sweepBuilds(): Promise<void> {
    const { builds, environments } = this.tools;
    for (const id of await builds.listEnvironments()) {
      const environment = environments.find(id);
      await (environment
        ? builds.sweep(id, environment.state.serving?.build)
        : builds.removeAll(id));
    }
  }
}

async function removeContents(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(
    names.map((name) => rm(path.join(folder, name), { recursive: true, force: true })),
  );
}
