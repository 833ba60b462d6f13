import type { Apis } from '../accounts/apiProvider';
import { isAppError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Log } from '../base/log';
import { throwIfAborted } from '../base/retry';
import type { ServiceStatus } from '../kinvey/apiTypes';
import type { ManagementApi } from '../kinvey/managementApi';
import { findStartupError, type StartupError } from '../logs/startupError';
import type { Target } from '../project/targetResolver';
import type { ServiceStore } from '../services/serviceStore';
import type { DeployEvent, DeployRequest, DeployResult } from './deployEvents';
import { discoverDeployed } from './deployedHandlers';
import { sightingMessage } from './deployMessages';
import { ended, type DeploymentRecord, type DeploymentStore } from './deploymentStore';
import { DeployUpload } from './deployUpload';
import { followDeploy } from './followDeploy';
import { mentionsVersion } from './deploySigns';
import { watchJob, type JobOutcome, type JobSighting } from './jobWatch';
import { undoVersion } from './versionUndo';

export type { DeployEvent, DeployPhase, DeployRequest, DeployResult } from './deployEvents';

export interface DeployTiming {
  /** Between looks at a job, and between questions after a lost answer; else as each prefers. */
  intervalMs?: number;
}

interface Watch {
  readonly api: ManagementApi;
  readonly record: DeploymentRecord;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DeployEvent) => void;
}

type Ending = JobOutcome | { outcome: 'cancelled'; reason: string; status?: undefined };

/** Log entries asked for to find out why a service did not start; contract 5 allows no more. */
const logLimit = 2_000;
/** The clocks of this machine and of the instance may differ. */
const clockSlackMs = 60_000;

/** Brings versions into service environments and watches until they are online. */
export class Deployments {
  private readonly over = new Emitter<DeploymentRecord>();
  /** Fires once for each that ended under this window's watch, whatever became of it. */
  readonly onDidEnd = this.over.event;

  constructor(
    private readonly apis: Apis,
    private readonly deployments: DeploymentStore,
    private readonly services: ServiceStore,
    private readonly log: Log,
    private readonly timing: DeployTiming = {},
  ) {}

  /**
   * Sends, then watches the job. Cancelling after there is a job is the outcome `cancelled`, and
   * what is thrown then, such as `sessionExpired`, leaves the record as it is, to be resumed.
   */
  async deploy(request: DeployRequest): Promise<DeployResult> {
    const { target, signal, onEvent } = request;
    const record = await this.send(request);
    const api = await this.apis.forAccount(target.account.id);
    return this.watchFromStart({ api, record, signal, onEvent });
  }

  /**
   * Writes the version and sends the bundle; answers the record of the job, which nobody watches
   * yet. Whatever is thrown leaves the files as they were.
   */
  async send(request: DeployRequest): Promise<DeploymentRecord> {
    const { target, version, again, commit, hasLeaks, handlers } = request;
    const api = await this.apis.forAccount(target.account.id);
    const copy = hasLeaks === true ? ('leaks' as const) : undefined;
    const told = { version, again, commit, copy, handlers };
    const record = { ...recordOf(target, 'deploy', ''), ...told };
    const { deployments, log } = this;
    const pauseMs = this.timing.intervalMs ?? 1_000;
    const upload = new DeployUpload({ api, request, record, deployments, log, pauseMs });
    try {
      return await this.remember(await upload.run());
    } finally {
      await this.collect(request);
    }
  }

  /** What no deployment refers to is kept no longer. */
  private async collect({ vault, target: { folder } }: DeployRequest): Promise<void> {
    const referred = this.deployments.history(folder).flatMap(({ bundleHash }) => bundleHash ?? []);
    try {
      await vault?.collect(folder, new Set(referred));
    } catch (error) {
      this.log.warn(`deploy: old copies could not be removed: ${messageOf(error)}`);
    }
  }

  /** Restarts a service environment and watches until it is online again. */
  async recycle(
    target: Target,
    signal?: AbortSignal,
    onEvent?: (event: DeployEvent) => void,
  ): Promise<DeployResult> {
    const api = await this.apis.forAccount(target.account.id);
    const started = recordOf(target, 'recycle', '');
    const { serviceId, environmentId: serviceEnvironmentId } = target;
    throwIfAborted(signal);
    // Not to be cancelled once it is on its way: the instance restarts the service all the same.
    const job = await api.recycle({ serviceId, serviceEnvironmentId });
    const record = await this.remember({ ...started, job });
    return this.watchFromStart({ api, record, signal, onEvent });
  }

  /** Watches on, such as after a reload. Cancelling throws, and keeps the record for the next time. */
  async resume(
    record: DeploymentRecord,
    signal?: AbortSignal,
    onEvent?: (event: DeployEvent) => void,
  ): Promise<DeployResult> {
    const api = await this.apis.forAccount(record.accountId);
    return this.watch({ api, record: { ...record }, signal, onEvent });
  }

  /** Watches what somebody else deploys; nothing is remembered of it. */
  async follow(
    target: Target,
    version: string | undefined,
    signal?: AbortSignal,
    onEvent?: (event: DeployEvent) => void,
  ): Promise<DeployResult> {
    const api = await this.apis.forAccount(target.account.id);
    return followDeploy({ api, target, version, signal, onEvent, ...this.timing });
  }

  private async remember(record: DeploymentRecord): Promise<DeploymentRecord> {
    await this.deployments.save(record);
    this.log.info(`deploy: ${record.kind} of ${record.serviceName} is job ${record.job}`);
    return record;
  }

  private async watchFromStart(watch: Watch): Promise<DeployResult> {
    const { record, onEvent } = watch;
    onEvent?.({ phase: 'building', message: sightingMessage({}, record.version), job: record.job });
    try {
      return await this.watch(watch);
    } catch (error) {
      if (!isAppError(error, 'cancelled')) {
        throw error;
      }
      return this.end(watch, { outcome: 'cancelled', reason: goesOn(record) });
    }
  }

  private async watch(watch: Watch): Promise<DeployResult> {
    const { api, record, signal } = watch;
    const { serviceId, environmentId, version, job } = record;
    const outcome = await watchJob({
      api,
      jobId: job,
      serviceId,
      environmentId,
      version,
      signal,
      intervalMs: this.timing.intervalMs,
      onSighting: (sighting) => this.report(watch, sighting),
    });
    const startupError =
      outcome.outcome === 'failed' ? await this.explain(watch, outcome.status) : undefined;
    if (outcome.outcome === 'online' && record.kind === 'deploy') {
      record.handlers = (await discoverDeployed(api, environmentId)) ?? record.handlers;
    }
    return this.end(watch, outcome, startupError);
  }

  private report({ record, onEvent }: Watch, sighting: JobSighting): void {
    const { job, status } = sighting;
    if (status) {
      const { accountId, serviceId, environmentId } = record;
      this.services.acceptStatus({ accountId, serviceId, environmentId }, status);
    }
    if (job?.progress) {
      record.progress = job.progress;
    }
    const message = sightingMessage(sighting, record.version);
    onEvent?.({ phase: 'building', message, job: record.job, status });
  }

  private async end(
    { record, onEvent }: Watch,
    outcome: Ending,
    startupError?: StartupError,
  ): Promise<DeployResult> {
    const { status } = outcome;
    const { edit, ...kept } = record;
    const note = isFree(record, outcome) ? await undoVersion(this.log, edit) : '';
    const reason = 'reason' in outcome ? `${outcome.reason} ${note}`.trim() : undefined;
    const last = { ...ended(kept, outcome.outcome, reason), startupError };
    await this.deployments.save(last);
    this.over.fire(last);
    const version = record.version ?? status?.version ?? '';
    const message = reason ?? `${version || 'The service'} is online.`;
    onEvent?.({ phase: 'done', message, job: record.job, status });
    const durationMs = Date.now() - Date.parse(record.startedAt);
    const { job } = record;
    return { version, job, outcome: outcome.outcome, status, durationMs, reason, startupError };
  }

  /** A failure is told also where the logs cannot be had. */
  private async explain(
    { api, record, signal }: Watch,
    status: ServiceStatus | undefined,
  ): Promise<StartupError | undefined> {
    const { serviceId, environmentId } = record;
    const query = { from: logStart(record, status), limit: logLimit };
    try {
      return findStartupError(await api.fetchLogs(serviceId, environmentId, query, signal));
    } catch (error) {
      this.log.warn(`deploy: the logs could not be fetched: ${messageOf(error)}`);
      return undefined;
    }
  }
}

/** Whether the job failed before the instance took the version, which may then be used again. */
function isFree({ version }: DeploymentRecord, outcome: Ending): boolean {
  const { status } = outcome;
  const isUntold = version !== undefined && status && !mentionsVersion(status, version);
  return outcome.outcome === 'failed' && isUntold === true;
}

function recordOf(target: Target, kind: DeploymentRecord['kind'], job: string): DeploymentRecord {
  const { folder, account, serviceId, serviceName, environmentId, environmentName } = target;
  const where = { folder, accountId: account.id, serviceId, serviceName };
  const startedAt = new Date().toISOString();
  return { ...where, environmentId, environmentName, kind, job, startedAt };
}

/** The instance's own time of the deploy where it tells, since our clock may be another. */
function logStart({ kind, startedAt }: DeploymentRecord, status?: ServiceStatus): string {
  const requested = kind === 'deploy' ? Date.parse(status?.requestedAt ?? '') : Number.NaN;
  const from = Number.isNaN(requested) ? Date.parse(startedAt) - clockSlackMs : requested;
  return new Date(from).toISOString();
}

function goesOn({ kind, version }: DeploymentRecord): string {
  return kind === 'recycle'
    ? 'No longer watched: the instance goes on restarting the service.'
    : `No longer watched: the instance goes on deploying ${version ?? ''}.`;
}
