import { endedBy, isAppError } from '../../base/errors';
import type { Log } from '../../base/log';
import { delay, throwIfAborted } from '../../base/retry';
import type { ServiceStore } from '../../services/serviceStore';
import type { DeployResult } from '../deployEvents';
import { DeploymentEnds, tellKnown, type Watch } from './deploymentEnds';
import { goesOn, sightingMessage } from '../deployMessages';
import type { DeploymentRecord } from '../history/deploymentRecord';
import type { DeploymentStore } from '../history/deploymentStore';
import { watchJob, type JobOutcome, type JobSighting } from './jobWatch';
import { untilRefused, type Refused } from './lastingRefusal';

/** How often a window that waits looks whether another one has ended its watch. */
const turnMs = 1_000;

/**
 * Watches deployments, recycles and updates until it is known how they ended. With several windows,
 * one asks the instance and tells the end; the others learn it from what it remembers.
 */
export class DeploymentWatcher {
  private readonly ends: DeploymentEnds;
  /** Fires once for each that ended under this window's watch, whatever became of it. */
  readonly onDidEnd: DeploymentEnds['onDidEnd'];

  constructor(
    private readonly deployments: DeploymentStore,
    private readonly services: ServiceStore,
    log: Log,
    private readonly intervalMs?: number,
  ) {
    this.ends = new DeploymentEnds(deployments, log);
    this.onDidEnd = this.ends.onDidEnd;
  }

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
      const why = endedBy(watch.signal)?.message ?? '';
      const reason = `${why} ${goesOn(record)}`.trim();
      return this.ends.end(watch, { outcome: 'cancelled', reason });
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
          return tellKnown(watch, known);
        }
        const outcome = await this.ask(watch);
        if (outcome && (await this.isOurs(record))) {
          return 'refusal' in outcome
            ? await this.ends.giveUp(watch, outcome.refusal)
            : await this.ends.conclude(watch, outcome);
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
      const isOurs = await this.isOurs(record);
      const known = this.deployments.find(record);
      if (known?.outcome !== undefined) {
        return known;
      }
      if (isOurs) {
        return undefined;
      }
      const message = 'Another window watches it…';
      onEvent?.({ phase: 'building', message, job: record.job });
      await delay(this.intervalMs ?? turnMs, signal);
    }
  }

  /**
   * Whether this window is the one that asks, and nobody found the end. In this order: who found it
   * remembers it first, and only then lets another one ask.
   */
  private async isOurs(record: DeploymentRecord): Promise<boolean> {
    const { watches } = this.deployments;
    return (await watches.hold(record)) && this.deployments.find(record)?.outcome === undefined;
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
      mayLook: () => this.isOurs(record),
      onSighting: (sighting) => {
        onSeen();
        this.report(watch, sighting);
      },
    });
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
}
