import { rm } from 'node:fs/promises';
import { messageOf } from '../../core/base/errors';
import { LogCapture } from '../logs/logCapture';
import type { ReplicaCounts, RolloutKind } from '../metrics/metrics';
import type { DeployRequest } from './environmentBuilds';
import { pendingChanges } from './pendingChanges';
import { ReplicaSet } from './replicaSet';
import type { ReplicaTraffic } from './replicaTraffic';
import { Rollouts, type RolloutTools } from './rollouts';
import { WorkQueue } from './workQueue';

/** What every service environment's runner works with. */
export interface RunnerTools extends RolloutTools {
  /** How many replicas a service environment has. */
  readonly replicas: number;
}

/**
 * Runs one service environment. Its rollouts wait for each other; a replica that ends by itself is
 * replaced at once, whatever else is going on.
 */
export class ServiceRunner {
  private readonly queue = new WorkQueue();
  private readonly ending = new AbortController();
  private readonly replicas: ReplicaSet;
  private readonly rollouts: Rollouts;
  private isRollingOut = false;
  private knownSecret: string | undefined;

  constructor(
    private readonly environmentId: string,
    private readonly tools: RunnerTools,
  ) {
    const { signal } = this.ending;
    const note = (message: string) => this.note(message, 'warning');
    this.replicas = new ReplicaSet({
      environmentId,
      size: tools.replicas,
      tools,
      signal,
      note,
      onChange: () => this.tellHealth(),
      onExit: (exit) => note(`The service ended (${exit}) and is started again.`),
      onGiveUp: (error) => this.tellGivenUp(error),
    });
    this.rollouts = new Rollouts(environmentId, this.replicas, tools, signal);
  }

  /** The shared secret that the service expects; read once until the environment is changed. */
  get secret(): string {
    this.knownSecret ??= this.tools.environments.find(this.environmentId)?.secret;
    return this.knownSecret ?? '';
  }

  /** The replica for the next request; undefined where none serves that was not tried before. */
  choose(tried?: ReadonlySet<ReplicaTraffic>): ReplicaTraffic | undefined {
    return this.replicas.choose(tried);
  }

  countReplicas(): ReplicaCounts {
    return this.replicas.count();
  }

  deploy(request: DeployRequest): void {
    this.enqueue('deploy', () => this.rollouts.deploy(request), request.jobId);
    this.queue.add(
      () => rm(request.archive, { force: true }),
      (error) => this.giveUp(error),
    );
  }

  /** Stops first and starts again, which the guide warns of: the service is down meanwhile. */
  recycle(jobId: string): void {
    this.enqueue('recycle', () => this.rollouts.recycle(jobId), jobId);
  }

  /** The environment was changed: what serves is replaced by the same with the changes. */
  update(): void {
    this.knownSecret = undefined;
    this.tools.records.updateAsked(this.environmentId);
    this.enqueue('update', () => this.rollouts.update());
  }

  /** Starts what served when the last runtime ended, and then what it had not come to yet. */
  resume(): void {
    const work = async () => {
      await this.rollouts.resume();
      if (pendingChanges(this.tools.environments.find(this.environmentId)) === 'untried') {
        this.update();
      }
    };
    this.queue.add(work, (error) => this.giveUp(error));
  }

  /** Stops all replicas and everything under way; waiting jobs fail. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.queue.drain();
    await this.replicas.stop();
  }

  private enqueue(kind: RolloutKind, work: () => Promise<void>, jobId?: string): void {
    const guarded = async () => {
      this.ending.signal.throwIfAborted();
      this.isRollingOut = true;
      try {
        await work();
      } finally {
        this.isRollingOut = false;
      }
    };
    this.queue.add(guarded, (error) => {
      this.giveUp(error, jobId);
      this.tools.metrics.rolloutEnded(kind, this.isEnding ? 'interrupted' : 'failed');
    });
  }

  /** What failed as services do was written down already: this is the end of the runtime, or a flaw. */
  private giveUp(error: unknown, jobId?: string): void {
    const { records, jobs, log } = this.tools;
    if (!this.isEnding) {
      log.error(`Work on ${this.environmentId} failed: ${messageOf(error)}`);
    }
    if (jobId !== undefined) {
      if (this.isEnding) {
        records.interrupted(this.environmentId, jobId);
      } else {
        jobs.fail(jobId, messageOf(error));
      }
    }
  }

  /** A rollout tells the status itself. */
  private tellHealth(): void {
    if (!this.isRollingOut && !this.isEnding) {
      this.tools.records.healthChanged(this.environmentId, this.replicas.health);
    }
  }

  private tellGivenUp(error: unknown): void {
    this.note(`Starting the service failed: ${messageOf(error)}`, 'error');
    if (!this.isRollingOut) {
      const { environmentId } = this;
      const reason = messageOf(error);
      this.tools.records.restartFailed({ environmentId, reason, status: 'ERROR' });
    }
  }

  private note(message: string, threshold: 'warning' | 'error'): void {
    new LogCapture(this.tools.logs, this.environmentId).note(message, threshold);
  }

  private get isEnding(): boolean {
    return this.ending.signal.aborted;
  }
}
