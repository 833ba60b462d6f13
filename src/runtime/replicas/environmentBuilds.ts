import type { Builds, BuildWatch } from '../builds/build';
import { LogCapture } from '../logs/logCapture';
import type { LogStore } from '../logs/logStore';
import type { EnvironmentStore, Serving } from '../store/environmentStore';
import type { JobStore } from '../store/jobStore';
import type { DeployRecord } from '../store/rolloutRecords';

export interface DeployRequest extends DeployRecord {
  /** The uploaded tar; removed when it has been used. */
  readonly archive: string;
}

export interface EnvironmentBuildTools {
  readonly builds: Builds;
  readonly environments: EnvironmentStore;
  readonly jobs: JobStore;
  readonly logs: LogStore;
}

/**
 * The builds of one service environment: they print to its logs and tell a job how far they are.
 * Each throws AppError deployFailed or cancelled.
 */
export class EnvironmentBuilds {
  constructor(
    private readonly environmentId: string,
    private readonly tools: EnvironmentBuildTools,
    private readonly signal: AbortSignal,
  ) {}

  /** What a deploy brings, with what it leaves out from the environment. */
  async build(request: DeployRequest, output: LogCapture): Promise<Serving> {
    const { builds, environments } = this.tools;
    const { environmentId, jobId: name, archive } = request;
    const environment = environments.find(environmentId);
    const runtime = request.runtime ?? environment?.runtime;
    const watch = { ...this.watch(name), output };
    const built = await builds.build({ ...watch, environmentId, name, archive, runtime });
    return {
      build: name,
      version: request.version ?? built.version,
      runtime,
      node: built.node,
      variables: request.variables ?? environment?.variables ?? {},
    };
  }

  /** The same version, built again where it is to run on another Node.js now. */
  refit(serving: Serving, jobId?: string): Promise<Serving> {
    return this.tools.builds.refit(this.environmentId, serving, this.watch(jobId));
  }

  /** What was built before, with the Node.js that it needs. */
  ready(serving: Serving): Promise<Serving> {
    return this.tools.builds.ready(serving, this.watch());
  }

  /** Removes what is not needed beside what serves. */
  sweep(): Promise<void> {
    const { builds, environments } = this.tools;
    const serving = environments.find(this.environmentId)?.state.serving;
    return builds.sweep(this.environmentId, serving?.build);
  }

  private watch(jobId?: string): BuildWatch {
    const { logs, jobs } = this.tools;
    const output = new LogCapture(logs, this.environmentId);
    const onProgress = (words: string) =>
      jobId === undefined ? undefined : jobs.advance(jobId, words);
    return { output, onProgress, signal: this.signal };
  }
}
