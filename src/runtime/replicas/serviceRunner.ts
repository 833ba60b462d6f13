import { rm } from 'node:fs/promises';
import type { BuildWatch } from '../builds/build';
import type { Log } from '../../core/base/log';
import { messageOf } from '../../core/base/errors';
import { LogCapture } from '../logs/logCapture';
import type { EnvironmentStore, Serving } from '../store/environmentStore';
import type { JobStore } from '../store/jobStore';
import type { DeployRecord, RolloutRecords } from '../store/rolloutRecords';
import { ReplicaSlot, type ReplicaTools } from './replicaSlot';
import { WorkQueue } from './workQueue';

/** What every service environment's runner works with. */
export interface RunnerTools extends ReplicaTools {
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
 * Runs one service environment. Deploys, updates and recycles wait for each other; a new replica
 * must answer pings before the old one is stopped, except in a recycle.
 */
export class ServiceRunner {
  private readonly queue = new WorkQueue();
  private readonly ending = new AbortController();
  private readonly slot: ReplicaSlot;

  constructor(
    private readonly environmentId: string,
    private readonly tools: RunnerTools,
  ) {
    this.slot = new ReplicaSlot({
      environmentId,
      tools,
      signal: this.ending.signal,
      onExit: (exit) => this.replace(exit),
    });
  }

  /** Where the service listens; undefined while nothing serves. */
  get port(): number | undefined {
    return this.slot.port;
  }

  deploy(request: DeployRequest): void {
    this.enqueue(() => this.runDeploy(request), request.jobId);
    this.enqueueAlways(() => rm(request.archive, { force: true }));
  }

  /** Stops first and starts again, which the guide warns of: the service is down meanwhile. */
  recycle(jobId: string): void {
    this.enqueue(() => this.runRecycle(jobId), jobId);
  }

  /** The environment was changed: what serves is started anew with the changes. */
  update(): void {
    this.enqueue(() => this.runUpdate());
  }

  /** Starts what served when the last runtime ended. */
  resume(): void {
    this.enqueue(() => this.revive());
  }

  /** Stops the replica and everything under way; waiting jobs fail. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.queue.drain();
    await this.slot.stop();
  }

  private enqueue(work: () => Promise<void>, jobId?: string): void {
    const guarded = async () => {
      this.ending.signal.throwIfAborted();
      await work();
    };
    this.queue.add(guarded, (error) => this.giveUp(error, jobId));
  }

  private enqueueAlways(work: () => Promise<void>): void {
    this.queue.add(work, (error) => this.giveUp(error));
  }

  /** What failed as services do was written down already: this is the end of the runtime, or a flaw. */
  private giveUp(error: unknown, jobId?: string): void {
    const { records, jobs, log } = this.tools;
    const isEnding = this.ending.signal.aborted;
    if (!isEnding) {
      log.error(`Work on ${this.environmentId} failed: ${messageOf(error)}`);
    }
    if (jobId !== undefined) {
      if (isEnding) {
        records.interrupted(this.environmentId, jobId);
      } else {
        jobs.fail(jobId, messageOf(error));
      }
    }
  }

  private async runDeploy(request: DeployRequest): Promise<void> {
    const { records, jobs, builds } = this.tools;
    if (this.isDeployed(request.version)) {
      const refusal = `Version ${request.version ?? ''} was already deployed: bump the version in package.json and deploy again.`;
      jobs.fail(request.jobId, refusal);
      return;
    }
    records.deployBegins(request);
    const output = this.capture();
    let stopOld: (() => Promise<void>) | undefined;
    try {
      const serving = await this.build(request, output);
      records.deployStarts(request, serving.version ?? '');
      this.slot.forgetFailures();
      stopOld = await this.slot.switchTo(serving);
      records.deployed(request, serving);
    } catch (error) {
      this.ending.signal.throwIfAborted();
      output.note(`Deploying ${request.version ?? ''} failed: ${messageOf(error)}`, 'error');
      records.deployFailed(request, messageOf(error), this.isServing());
    }
    await stopOld?.();
    await builds.sweep(this.environmentId, this.serving()?.build);
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

  private async runUpdate(): Promise<void> {
    const serving = this.servingWithChanges();
    if (serving) {
      this.slot.forgetFailures();
      await this.restart(() => this.refit(serving));
    }
  }

  private async runRecycle(jobId: string): Promise<void> {
    const serving = this.servingWithChanges();
    if (!serving) {
      this.tools.jobs.fail(jobId, 'Nothing has been deployed to this environment yet.');
      return;
    }
    this.slot.forgetFailures();
    await this.restart(async () => {
      const fitted = await this.refit(serving, jobId);
      this.tools.jobs.advance(jobId, 'Stopping');
      await this.slot.stop();
      this.tools.jobs.advance(jobId, 'Starting');
      return fitted;
    }, jobId);
  }

  /** Brings the version that serves back, as it was rolled out. */
  private async revive(): Promise<void> {
    const serving = this.serving();
    if (serving && !this.isServing()) {
      await this.restart(() => this.tools.builds.ready(serving, this.watch()));
    }
  }

  /** The same version, built again where it is to run on another Node.js now. */
  private refit(serving: Serving, jobId?: string): Promise<Serving> {
    return this.tools.builds.refit(this.environmentId, serving, this.watch(jobId));
  }

  private watch(jobId?: string): BuildWatch {
    const onProgress = (words: string) =>
      jobId === undefined ? undefined : this.tools.jobs.advance(jobId, words);
    return { output: this.capture(), onProgress, signal: this.ending.signal };
  }

  private async restart(prepare: () => Promise<Serving>, jobId?: string): Promise<void> {
    const { records, builds } = this.tools;
    records.restartBegins(this.environmentId);
    try {
      const serving = await prepare();
      const stopOld = await this.slot.switchTo(serving);
      records.restarted(this.environmentId, serving, jobId);
      await stopOld();
    } catch (error) {
      this.ending.signal.throwIfAborted();
      this.capture().note(`Starting the service failed: ${messageOf(error)}`, 'error');
      records.restartFailed(this.environmentId, messageOf(error), this.isServing(), jobId);
    }
    await builds.sweep(this.environmentId, this.serving()?.build);
  }

  private replace(exit: string): void {
    if (!this.ending.signal.aborted) {
      this.capture().note(`The service ended (${exit}) and is started again.`, 'warning');
      this.enqueue(() => this.revive());
    }
  }

  private isServing(): boolean {
    return this.slot.port !== undefined;
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
