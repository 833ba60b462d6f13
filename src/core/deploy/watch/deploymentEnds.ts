import { AppError } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Log } from '../../base/log';
import { handlerChange } from '../../handlers/handlerChange';
import type { ManagementApi } from '../../kinvey/managementApi';
import type { StartupError } from '../../logs/startupError';
import { discoverDeployed } from '../version/deployedHandlers';
import type { DeployEvent, DeployResult } from '../deployEvents';
import { endMessage, lacking } from '../deployMessages';
import { ended, tookMs, type DeploymentRecord } from '../history/deploymentRecord';
import type { DeploymentStore } from '../history/deploymentStore';
import { mentionsVersion } from '../sending/deploySigns';
import type { JobOutcome } from './jobWatch';
import { refusedReason } from './lastingRefusal';
import { findFailure } from './startupFailure';
import { undoVersion } from '../version/versionUndo';

/** A deployment, recycle or update that this window watches. */
export interface Watch {
  readonly api: ManagementApi;
  readonly record: DeploymentRecord;
  /** Values of variables that were sent with it, which nothing tells; none are remembered. */
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DeployEvent) => void;
}

type Ending =
  | JobOutcome
  | { outcome: 'incomplete'; reason: string; status: DeployResult['status'] }
  | { outcome: 'cancelled'; reason: string; status?: undefined };

/** What becomes of a watch: how it ended is found out, remembered and told. */
export class DeploymentEnds {
  private readonly over = new Emitter<DeploymentRecord>();
  /** Fires once for each that ended under this window's watch, whatever became of it. */
  readonly onDidEnd = this.over.event;

  constructor(
    private readonly deployments: DeploymentStore,
    private readonly log: Log,
  ) {}

  /** Nobody will tell how it ended: what is not known any more has failed, what is hidden may be online. */
  async giveUp(watch: Watch, refusal: AppError): Promise<DeployResult> {
    const { record } = watch;
    const reason = refusedReason(record, refusal);
    if (refusal.code === 'notFound') {
      return this.end(watch, { outcome: 'failed', reason });
    }
    await this.remember(record, { outcome: 'unknown', reason });
    const told = [reason, record.unwritten].filter(Boolean).join(' ');
    throw new AppError('outcomeUnknown', told, { cause: refusal });
  }

  /** What the status and the handlers say of a job that is over. */
  async conclude(watch: Watch, outcome: JobOutcome): Promise<DeployResult> {
    const { api, record, secrets, signal } = watch;
    const { status } = outcome;
    if (outcome.outcome === 'failed') {
      const { log } = this;
      const failure = await findFailure({ api, record, secrets, status, log, signal });
      return this.end(watch, outcome, failure);
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

  async end(
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
    const durationMs = tookMs(record);
    const { job, unwritten } = record;
    const told = { reason, unwritten, startupError };
    return { version, job, outcome: outcome.outcome, status, durationMs, ...told };
  }

  private async remember(
    record: DeploymentRecord,
    {
      outcome,
      reason,
      startupError,
    }: Pick<DeploymentRecord, 'outcome' | 'reason' | 'startupError'>,
  ): Promise<void> {
    const last = { ...ended(record, outcome, reason), startupError };
    await this.deployments.saveIfPossible(last, this.log);
    this.over.fire(last);
  }
}

/** As another window found it. */
export function tellKnown({ onEvent }: Watch, known: DeploymentRecord): DeployResult {
  const { version = '', job, reason, unwritten, startupError } = known;
  const { outcome: last = 'unknown' } = known;
  // That nobody knows is no end that a watch comes to, and what is stored has none.
  const outcome = last === 'unknown' || last === 'stored' ? 'cancelled' : last;
  onEvent?.({ phase: 'done', message: endMessage(version, reason), job });
  const durationMs = tookMs(known);
  const told = { reason, unwritten, startupError };
  return { version, job, outcome, durationMs, ...told, toldElsewhere: true };
}

/** Whether the job failed before the instance took the version, which may then be used again. */
function isFree({ version }: DeploymentRecord, outcome: Ending): boolean {
  const isJobFailed = 'isJobFailed' in outcome && outcome.isJobFailed === true;
  const { status } = outcome;
  return (
    isJobFailed &&
    version !== undefined &&
    status !== undefined &&
    !mentionsVersion(status, version)
  );
}
