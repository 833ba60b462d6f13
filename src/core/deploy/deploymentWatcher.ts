import { AppError, isAppError } from '../base/errors';
import { Emitter } from '../base/event';
import type { Log } from '../base/log';
import { delay, throwIfAborted } from '../base/retry';
import { handlerChange } from '../handlers/handlerChange';
import type { ManagementApi } from '../kinvey/managementApi';
import type { StartupError } from '../logs/startupError';
import type { ServiceStore } from '../services/serviceStore';
import { discoverDeployed } from './deployedHandlers';
import type { DeployEvent, DeployResult } from './deployEvents';
import { endMessage, goesOn, lacking, sightingMessage } from './deployMessages';
import { ended, type DeploymentRecord, type DeploymentStore } from './deploymentStore';
import { mentionsVersion } from './deploySigns';
import { refusedReason, untilRefused, type Refused } from './lastingRefusal';
import { watchJob, type JobOutcome, type JobSighting } from './jobWatch';
import { findFailure } from './startupFailure';
import { undoVersion } from './versionUndo';

export interface Watch {
  readonly api: ManagementApi;
  readonly record: DeploymentRecord;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DeployEvent) => void;
}

type Ending =
  | JobOutcome
  | { outcome: 'incomplete'; reason: string; status: DeployResult['status'] }
  | { outcome: 'cancelled'; reason: string; status?: undefined };

/** How often a window that waits looks whether another one has ended its watch. */
const turnMs = 1_000;

/**
 * Watches deployments, recycles and updates until it is known how they ended. With several windows,
 * one asks the instance and tells the end; the others learn it from what it remembers.
 */
export class DeploymentWatcher {
  private readonly over = new Emitter<DeploymentRecord>();
  /** Fires once for each that ended under this window's watch, whatever became of it. */
  readonly onDidEnd = this.over.event;

  constructor(
    private readonly deployments: DeploymentStore,
    private readonly services: ServiceStore,
    private readonly log: Log,
    private readonly intervalMs?: number,
  ) {}

  /** Of what was just started. Cancelling is the outcome `cancelled`. */
  async watchFromStart(watch: Watch): Promise<DeployResult> {
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

  /**
   * Throws `cancelled`, and what does not pass by itself, such as `sessionExpired`; `outcomeUnknown`
   * where the account may not look any more.
   */
  async watch(watch: Watch): Promise<DeployResult> {
    const { record } = watch;
    try {
      for (;;) {
        const known = await this.waitForTurn(watch);
        if (known) {
          return this.tellKnown(watch, known);
        }
        const outcome = await this.ask(watch);
        if (outcome && (await this.deployments.watches.hold(record))) {
          return 'refusal' in outcome
            ? await this.giveUp(watch, outcome.refusal)
            : await this.conclude(watch, outcome);
        }
      }
    } finally {
      await this.deployments.watches.release(record);
    }
  }

  /** Answers what another window found, where it did before it was this one's turn. */
  private async waitForTurn({ record, signal, onEvent }: Watch) {
    for (;;) {
      throwIfAborted(signal);
      const known = this.deployments.find(record);
      if (known?.outcome !== undefined) {
        return known;
      }
      if (await this.deployments.watches.hold(record)) {
        return undefined;
      }
      const message = 'Another window watches it…';
      onEvent?.({ phase: 'building', message, job: record.job });
      await delay(this.intervalMs ?? turnMs, signal);
    }
  }

  /** Undefined where another window has taken over, such as after this machine slept. */
  private ask(watch: Watch): Promise<JobOutcome | Refused | undefined> {
    const pauseMs = this.intervalMs ?? turnMs;
    const { signal } = watch;
    return untilRefused((onSeen) => this.watchJob(watch, onSeen), { pauseMs, signal });
  }

  private watchJob(watch: Watch, onSeen: () => void): Promise<JobOutcome | undefined> {
    const { api, record, signal } = watch;
    const { serviceId, environmentId, version, job } = record;
    return watchJob({
      api,
      jobId: job,
      serviceId,
      environmentId,
      version,
      isUpdate: record.kind === 'update',
      signal,
      intervalMs: this.intervalMs,
      mayLook: () => this.deployments.watches.hold(record),
      onSighting: (sighting) => {
        onSeen();
        this.report(watch, sighting);
      },
    });
  }

  /** Nobody will tell how it ended: what is not known any more has failed, what is hidden may be online. */
  private async giveUp(watch: Watch, refusal: AppError): Promise<DeployResult> {
    const { record } = watch;
    const reason = refusedReason(record, refusal);
    if (refusal.code === 'notFound') {
      return this.end(watch, { outcome: 'failed', reason });
    }
    await this.remember(record, { outcome: 'unknown', reason });
    throw new AppError('outcomeUnknown', reason, { cause: refusal });
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

  private async conclude(watch: Watch, outcome: JobOutcome): Promise<DeployResult> {
    const { api, record, signal } = watch;
    const { status } = outcome;
    if (outcome.outcome === 'failed') {
      const { log } = this;
      return this.end(watch, outcome, await findFailure({ api, record, status, log, signal }));
    }
    const missing = await this.missingHandlers(watch);
    return missing.length > 0
      ? this.end(watch, { outcome: 'incomplete', status, reason: lacking(record, missing) })
      : this.end(watch, outcome);
  }

  /** What the scripts register for sure and the running service does not tell of, where it tells at all. */
  private async missingHandlers({ api, record, signal }: Watch): Promise<readonly string[]> {
    if (record.kind !== 'deploy') {
      return [];
    }
    const discovery = await discoverDeployed(api, record.environmentId, signal);
    const missing = handlerChange(record.expected, discovery)?.removed ?? [];
    record.handlers = discovery ?? record.handlers;
    return missing;
  }

  private async end(
    { record, onEvent }: Watch,
    outcome: Ending,
    startupError?: StartupError,
  ): Promise<DeployResult> {
    const { status } = outcome;
    const note = isFree(record, outcome) ? await undoVersion(this.log, record.edit) : '';
    const reason = 'reason' in outcome ? `${outcome.reason} ${note}`.trim() : undefined;
    await this.remember(record, { outcome: outcome.outcome, reason, startupError });
    const version = record.version ?? status?.version ?? '';
    onEvent?.({ phase: 'done', message: endMessage(version, reason), job: record.job, status });
    const durationMs = Date.now() - Date.parse(record.startedAt);
    const { job } = record;
    return { version, job, outcome: outcome.outcome, status, durationMs, reason, startupError };
  }

  private async remember(
    record: DeploymentRecord,
    {
      outcome,
      reason,
      startupError,
    }: Pick<DeploymentRecord, 'outcome' | 'reason' | 'startupError'>,
  ): Promise<void> {
    const last = { ...ended(record, outcome, reason), startupError, edit: undefined };
    await this.deployments.save(last);
    this.over.fire(last);
  }

  private tellKnown({ onEvent }: Watch, known: DeploymentRecord): DeployResult {
    const { version = '', job, reason, startupError, startedAt, endedAt } = known;
    // That nobody knows is no end that a watch comes to.
    const outcome = known.outcome === 'unknown' ? 'cancelled' : (known.outcome ?? 'cancelled');
    onEvent?.({ phase: 'done', message: endMessage(version, reason), job });
    const durationMs = Date.parse(endedAt ?? startedAt) - Date.parse(startedAt);
    return { version, job, outcome, durationMs, reason, startupError, toldElsewhere: true };
  }
}

/** Whether the job failed before the instance took the version, which may then be used again. */
function isFree({ version }: DeploymentRecord, outcome: Ending): boolean {
  const { status } = outcome;
  const isUntold = version !== undefined && status && !mentionsVersion(status, version);
  return outcome.outcome === 'failed' && isUntold === true;
}
