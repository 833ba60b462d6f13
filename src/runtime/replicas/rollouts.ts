import type { Log } from '../../core/base/log';
import { messageOf } from '../../core/base/errors';
import { LogCapture } from '../logs/logCapture';
import type { EnvironmentRecord, EnvironmentStore } from '../store/environmentStore';
import type { JobStore } from '../store/jobStore';
import type { RolloutRecords } from '../store/rolloutRecords';
import type { ReplicaTools } from './createReplica';
import { EnvironmentBuilds, type DeployRequest } from './environmentBuilds';
import { pendingChanges, servingWithChanges } from './pendingChanges';
import type { OnStep, ReplicaSet } from './replicaSet';

export interface RolloutTools extends ReplicaTools {
  readonly environments: EnvironmentStore;
  readonly jobs: JobStore;
  readonly records: RolloutRecords;
  readonly log: Log;
}

/**
 * What deploys, updates and recycles do with the replicas of one service environment, and what they
 * write down of it. Called one after the other; throws where `signal` ends the runtime.
 */
export class Rollouts {
  private readonly builds: EnvironmentBuilds;

  constructor(
    private readonly environmentId: string,
    private readonly replicas: ReplicaSet,
    private readonly tools: RolloutTools,
    private readonly signal: AbortSignal,
  ) {
    this.builds = new EnvironmentBuilds(environmentId, tools, signal);
  }

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
      const serving = await this.builds.build(request, output);
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
    await this.builds.sweep();
  }

  async update(): Promise<void> {
    const { records, metrics } = this.tools;
    const serving = servingWithChanges(this.environment);
    if (!serving) {
      return;
    }
    records.restartBegins(this.environmentId);
    try {
      const fitted = await this.builds.refit(serving);
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
    await this.builds.sweep();
  }

  async recycle(jobId: string): Promise<void> {
    const { records, jobs, metrics } = this.tools;
    const serving = servingWithChanges(this.environment);
    if (!serving) {
      jobs.fail(jobId, 'Nothing has been deployed to this environment yet.');
      metrics.rolloutEnded('recycle', 'refused');
      return;
    }
    records.restartBegins(this.environmentId);
    let isStopped = false;
    try {
      const fitted = await this.builds.refit(serving, jobId);
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
    await this.builds.sweep();
  }

  /** Brings what served when the last runtime ended back, as it was rolled out. */
  async resume(): Promise<void> {
    const { records } = this.tools;
    const serving = this.environment?.state.serving;
    if (!serving) {
      return;
    }
    try {
      await this.builds.ready(serving);
      await this.replicas.fill(serving, () => undefined);
      this.noteFailedChanges();
    } catch (error) {
      const reason = this.noteFailure(error);
      records.restartFailed({ environmentId: this.environmentId, reason, status: 'ERROR' });
    }
  }

  private stepsOf(jobId: string): OnStep {
    return (number, size) =>
      this.tools.jobs.advance(jobId, `Starting replica ${number} of ${size}`);
  }

  private isDeployed(version: string | undefined): boolean {
    const state = this.environment?.state;
    return (
      version !== undefined && state?.status === 'ONLINE' && state.serving?.version === version
    );
  }

  /** Answers why. */
  private noteFailure(error: unknown): string {
    this.signal.throwIfAborted();
    this.capture().note(`Starting the service failed: ${messageOf(error)}`, 'error');
    return messageOf(error);
  }

  private noteFailedChanges(): void {
    if (pendingChanges(this.environment) === 'failed') {
      const note =
        'The service runs without the latest changes of its environment, since their rollout failed. Recycle it to try them again.';
      this.capture().note(note, 'warning');
    }
  }

  private get environment(): EnvironmentRecord | undefined {
    return this.tools.environments.find(this.environmentId);
  }

  private capture(): LogCapture {
    return new LogCapture(this.tools.logs, this.environmentId);
  }
}
