import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../../core/base/log';
import type { BuildWatch } from '../builds/build';
import { messageOf } from '../../core/base/errors';
import { LogCapture } from '../logs/logCapture';
import type { Changes, EnvironmentStore, Serving } from '../store/environmentStore';
import type { JobStore } from '../store/jobStore';
import type { DeployRecord, RolloutRecords } from '../store/rolloutRecords';
import type { ReplicaTools } from './createReplica';
import type { OnStep, ReplicaSet } from './replicaSet';

export interface RolloutTools extends ReplicaTools {
  readonly environments: EnvironmentStore;
  readonly jobs: JobStore;
  readonly records: RolloutRecords;
  readonly log: Log;
}

export interface DeployRequest extends DeployRecord {
  /** The uploaded tar; removed when it has been used. */
  readonly archive: string;
}

/**
 * What deploys, updates and recycles do with the replicas of one service environment, and what they
 * write down of it. Called one after the other; throws where `signal` ends the runtime.
 */
export class Rollouts {
  constructor(
    private readonly environmentId: string,
    private readonly replicas: ReplicaSet,
    private readonly tools: RolloutTools,
    private readonly signal: AbortSignal,
  ) {}

  async deploy(request: DeployRequest): Promise<void> {
    const { records, jobs, metrics } = this.tools;
    if (this.isDeployed(request.version)) {
      const refusal = `Version ${request.version ?? ''} was already deployed: bump the version in package.json and deploy again.`;
      jobs.fail(request.jobId, refusal);
      metrics.rolloutEnded('deploy', 'refused');
      return;
    }
    records.deployBegins(request);
    const output = this.capture();
    try {
      const serving = await this.build(request, output);
      records.deployStarts(request, serving.version ?? '');
      await this.replicas.rollTo(serving, this.stepsOf(request.jobId));
      records.deployed(request, serving);
      metrics.rolloutEnded('deploy', 'completed');
    } catch (error) {
      this.signal.throwIfAborted();
      output.note(`Deploying ${request.version ?? ''} failed: ${messageOf(error)}`, 'error');
      records.deployFailed(request, messageOf(error), this.replicas.health);
      metrics.rolloutEnded('deploy', 'failed');
    }
    await this.replicas.drained();
    await this.sweep();
  }

  async update(): Promise<void> {
    const { records, metrics } = this.tools;
    const serving = this.servingWithChanges();
    if (!serving) {
      return;
    }
    records.restartBegins(this.environmentId);
    try {
      const fitted = await this.refit(serving);
      await this.replicas.rollTo(fitted, () => undefined);
      records.restarted(this.environmentId, fitted);
      metrics.rolloutEnded('update', 'completed');
    } catch (error) {
      const reason = this.noteFailure(error);
      const status = this.replicas.health;
      const { environmentId } = this;
      records.restartFailed({ environmentId, reason, status, tried: serving });
      metrics.rolloutEnded('update', 'failed');
    }
    await this.replicas.drained();
    await this.sweep();
  }

  async recycle(jobId: string): Promise<void> {
    const { records, jobs, metrics } = this.tools;
    const serving = this.servingWithChanges();
    if (!serving) {
      jobs.fail(jobId, 'Nothing has been deployed to this environment yet.');
      metrics.rolloutEnded('recycle', 'refused');
      return;
    }
    records.restartBegins(this.environmentId);
    let isStopped = false;
    try {
      const fitted = await this.refit(serving, jobId);
      isStopped = true;
      jobs.advance(jobId, 'Stopping all replicas');
      await this.replicas.stop();
      await this.replicas.fill(fitted, this.stepsOf(jobId));
      records.restarted(this.environmentId, fitted, jobId);
      metrics.rolloutEnded('recycle', 'completed');
    } catch (error) {
      const reason = this.noteFailure(error);
      const status = isStopped ? 'ERROR' : this.replicas.health;
      const { environmentId } = this;
      records.restartFailed({ environmentId, reason, status, tried: serving, jobId });
      metrics.rolloutEnded('recycle', 'failed');
    }
    await this.sweep();
  }

  /** Brings what served when the last runtime ended back, as it was rolled out. */
  async resume(): Promise<void> {
    const { records } = this.tools;
    const serving = this.serving();
    if (!serving) {
      return;
    }
    try {
      await this.tools.builds.ready(serving, this.watch());
      await this.replicas.fill(serving, () => undefined);
      this.noteFailedChanges();
    } catch (error) {
      const reason = this.noteFailure(error);
      records.restartFailed({ environmentId: this.environmentId, reason, status: 'ERROR' });
    }
  }

  /** The changes of the environment that what serves lacks: not tried yet, or tried in vain. */
  pendingChanges(): 'none' | 'untried' | 'failed' {
    const wanted = this.servingWithChanges();
    if (!wanted || isSame(wanted, this.serving())) {
      return 'none';
    }
    const failed = this.tools.environments.find(this.environmentId)?.state.failedChanges;
    return isSame(wanted, failed) ? 'failed' : 'untried';
  }

  private stepsOf(jobId: string): OnStep {
    return (number, size) =>
      this.tools.jobs.advance(jobId, `Starting replica ${number} of ${size}`);
  }

  private isDeployed(version: string | undefined): boolean {
    const state = this.tools.environments.find(this.environmentId)?.state;
    return (
      version !== undefined && state?.status === 'ONLINE' && state.serving?.version === version
    );
  }

  private async build(request: DeployRequest, output: LogCapture): Promise<Serving> {
    const { builds, environments } = this.tools;
    const { environmentId, jobId: name, archive } = request;
    const environment = environments.find(environmentId);
    const runtime = request.runtime ?? environment?.runtime;
    const { version, node } = await builds.build({
      ...this.watch(name),
      environmentId,
      name,
      archive,
      runtime,
      output,
    });
    return {
      build: name,
      version: request.version ?? version,
      runtime,
      node,
      variables: request.variables ?? environment?.variables ?? {},
    };
  }

  /** The same version, built again where it is to run on another Node.js now. */
  private refit(serving: Serving, jobId?: string): Promise<Serving> {
    return this.tools.builds.refit(this.environmentId, serving, this.watch(jobId));
  }

  private watch(jobId?: string): BuildWatch {
    const onProgress = (words: string) =>
      jobId === undefined ? undefined : this.tools.jobs.advance(jobId, words);
    return { output: this.capture(), onProgress, signal: this.signal };
  }

  private sweep(): Promise<void> {
    return this.tools.builds.sweep(this.environmentId, this.serving()?.build);
  }

  /** Answers why. */
  private noteFailure(error: unknown): string {
    this.signal.throwIfAborted();
    this.capture().note(`Starting the service failed: ${messageOf(error)}`, 'error');
    return messageOf(error);
  }

  private noteFailedChanges(): void {
    if (this.pendingChanges() === 'failed') {
      const note =
        'The service runs without the latest changes of its environment, since their rollout failed. Recycle it to try them again.';
      this.capture().note(note, 'warning');
    }
  }

  private serving(): Serving | undefined {
    return this.tools.environments.find(this.environmentId)?.state.serving;
  }

  /** What serves, with the variables and the runtime that the environment has now. */
  private servingWithChanges(): Serving | undefined {
    const environment = this.tools.environments.find(this.environmentId);
    const serving = environment?.state.serving;
    return (
      serving && { ...serving, variables: environment.variables, runtime: environment.runtime }
    );
  }

  private capture(): LogCapture {
    return new LogCapture(this.tools.logs, this.environmentId);
  }
}

function isSame(one: Changes, other: Changes | undefined): boolean {
  return one.runtime === other?.runtime && isDeepStrictEqual(one.variables, other?.variables);
}
