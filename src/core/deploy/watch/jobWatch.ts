import { isAppError } from '../../base/errors';
import { delay, throwIfAborted } from '../../base/retry';
import type { Job, ServiceStatus } from '../../kinvey/apiTypes';
import type { ManagementApi } from '../../kinvey/managementApi';
import { isBusy, isErrorOf, isOver, judgeJob, type JobOutcome } from './jobJudge';

export type { JobOutcome } from './jobJudge';

/** What one look at a job showed. */
export interface JobSighting {
  job?: Job;
  status?: ServiceStatus;
  /** The instance could not be asked this time; the watch goes on. */
  offline?: boolean;
}

export interface JobWatchOptions {
  api: ManagementApi;
  /** Empty where it never became known: then the status alone tells. */
  jobId: string;
  serviceId: string;
  environmentId: string;
  /** The version that must be ONLINE; absent for a recycle. */
  version?: string;
  /** Of a change that has no job: the status may stay as it was for the first few looks. */
  isUpdate?: boolean;
  signal?: AbortSignal;
  onSighting?: (sighting: JobSighting) => void;
  /** The pause between looks; without it one second, growing to five. */
  intervalMs?: number;
}

export interface SharedJobWatchOptions extends JobWatchOptions {
  /** Asked before each look: whether this window is still the one that looks. */
  mayLook: () => Promise<boolean>;
}

const firstPauseMs = 1_000;
const lastPauseMs = 5_000;
/** An update that did not show by then has either ended already, or changed nothing. */
const looksAtUpdate = 4;

/**
 * Looks at a job and the service's status until they tell how it ended. A lost network is no end.
 * Undefined where it may not look any more. Throws `cancelled`, and what does not pass by itself, such as `sessionExpired` or `forbidden`.
 */
export function watchJob(options: SharedJobWatchOptions): Promise<JobOutcome | undefined>;
export function watchJob(options: JobWatchOptions): Promise<JobOutcome>;
export async function watchJob(
  options: JobWatchOptions & Partial<SharedJobWatchOptions>,
): Promise<JobOutcome | undefined> {
  const watch = new JobWatch(options);
  for (let looks = 0; ; looks += 1) {
    throwIfAborted(options.signal);
    if ((await options.mayLook?.()) === false) {
      return undefined;
    }
    const outcome = await watch.look();
    if (outcome) {
      return outcome;
    }
    await delay(options.intervalMs ?? pauseAfter(looks), options.signal);
  }
}

/** In milliseconds, after so many looks: most jobs take a few seconds, and some take minutes. */
export function pauseAfter(looks: number): number {
  return Math.min(lastPauseMs, firstPauseMs * 1.15 ** looks);
}

class JobWatch {
  private isGone: boolean;
  private hasMoved = false;
  private latestAt: string | undefined;
  private quietLooks = 0;
  private looks = 0;
  private hasBegun: boolean;

  constructor(private readonly options: JobWatchOptions) {
    this.isGone = options.jobId === '';
    this.hasBegun = options.isUpdate !== true;
  }

  async look(): Promise<JobOutcome | undefined> {
    const sighting = await this.see();
    this.options.onSighting?.(sighting);
    const { job, status } = sighting;
    const { version, isUpdate } = this.options;
    if (status) {
      this.looks += 1;
      this.hasBegun ||= isBusy(status) || this.looks >= looksAtUpdate;
      this.hasMoved ||= !isErrorOf(status, version);
      this.latestAt = this.isLatest(status) ? status.requestedAt : this.latestAt;
      this.quietLooks = isOver(job) && !isBusy(status) ? this.quietLooks + 1 : 0;
    }
    const isTelling = (status !== undefined && this.hasBegun) || job?.status === 'FAILED';
    const { hasMoved, latestAt, quietLooks } = this;
    return isTelling
      ? judgeJob({ job, status, version, isUpdate, hasMoved, latestAt, quietLooks })
      : undefined;
  }

  /** Of a deploy: neither a recycle nor an update brings a version. */
  private isLatest({ deployment }: ServiceStatus): boolean {
    const { version, isUpdate } = this.options;
    return isUpdate !== true && version !== undefined && deployment?.version === version;
  }

  /** The status comes after the job, so that a finished job is judged by what it brought about. */
  private async see(): Promise<JobSighting> {
    const { api, serviceId, environmentId, signal } = this.options;
    let job: Job | undefined;
    try {
      job = await this.fetchJob();
      return { job, status: await api.getStatus(serviceId, environmentId, signal) };
    } catch (error) {
      if (isPassing(error)) {
        return { job, offline: true };
      }
      throw error;
    }
  }

  private async fetchJob(): Promise<Job | undefined> {
    if (this.isGone) {
      return undefined;
    }
    const { api, jobId, signal } = this.options;
    try {
      return await api.getJob(jobId, signal);
    } catch (error) {
      if (!isAppError(error, 'notFound') || isForeign(error)) {
        throw error;
      }
      this.isGone = true;
      return undefined;
    }
  }
}

/** Whether a failure says nothing about the job, and asking again later may work. */
export function isPassing(error: unknown): boolean {
  const isTooMany = isAppError(error, 'rejected') && error.details.status === 429;
  const isUnheard = isAppError(error, 'unreachable', 'timedOut', 'serverFailed');
  return isTooMany || isUnheard || isForeign(error);
}

/**
 * Whether something between here and the instance refused, such as the page by which one signs in to
 * a hotel's network, or a gateway: an instance says why by a code (contract 2.2).
 */
function isForeign(error: unknown): boolean {
  const isRefusal = isAppError(error, 'notFound', 'forbidden', 'rejected');
  const { status, kinveyCode } = isRefusal ? error.details : {};
  return status !== undefined && kinveyCode === undefined;
}
