import type { Job, ServiceStatus } from '../../kinvey/apiTypes';

/** How a job ended, as far as the service's own status bears it out. */
export type JobOutcome =
  | { outcome: 'online'; status: ServiceStatus }
  /** Another deploy came before it was online. */
  | { outcome: 'replaced'; status: ServiceStatus; reason: string }
  /** `isJobFailed`: the job itself, and not what it brought about. */
  | { outcome: 'failed'; status?: ServiceStatus; reason: string; isJobFailed?: true };

export interface JobFacts {
  /** Undefined: the instance does not know the job (any more), so the status alone tells. */
  job?: Job;
  status?: ServiceStatus;
  /** What must come online; undefined for a recycle. */
  version?: string;
  /** Of variables or the Node.js: what served before may go on serving where it fails. */
  isUpdate?: boolean;
  /** Whether the status was something else than this version's error since the watch began. */
  hasMoved: boolean;
  /** When this version was the latest that was deployed, as the status told; undefined: it never did. */
  latestAt?: string;
  /** Looks in a row at which the job was over, nothing was under way and nothing was decided. */
  quietLooks: number;
}

/** A status follows its job with a delay; after so many looks it will not follow any more. */
const patience = 20;

/** Decides whether a job has ended; undefined: look again. Contract 4.6 and 4.7 name the words. */
export function judgeJob(facts: JobFacts): JobOutcome | undefined {
  const { job, status, version, isUpdate, hasMoved, quietLooks } = facts;
  if (job?.status === 'FAILED') {
    const reason = job.progress || 'The job failed.';
    return { outcome: 'failed', status, reason, isJobFailed: true };
  }
  if (!status) {
    return undefined;
  }
  if (isUpdate && isErrorOf(status, version)) {
    return { outcome: 'failed', status, reason: updateReason(status, version) };
  }
  if (isOver(job) && isOnline(status, version)) {
    return { outcome: 'online', status };
  }
  if (isErrorOf(status, version) && (isOver(job) || hasMoved)) {
    return { outcome: 'failed', status, reason: errorReason(version) };
  }
  if (isReplaced(status, facts)) {
    return { outcome: 'replaced', status, reason: replacedReason(status, version) };
  }
  return quietLooks < patience ? undefined : { outcome: 'failed', status, reason: lost(facts) };
}

export function isOver(job: Job | undefined): boolean {
  return job === undefined || job.status === 'COMPLETE';
}

/** Whether a rollout is on its way. */
export function isBusy(status: ServiceStatus): boolean {
  const words = ['BUILDING', 'DEPLOYING', 'UPDATING'];
  return words.includes(status.status) || status.deployment?.status === 'RUNNING';
}

/** Whether the status tells that this version failed; without a version that the service failed. */
export function isErrorOf(status: ServiceStatus, version: string | undefined): boolean {
  const { deployment } = status;
  if (version !== undefined && deployment?.version === version && deployment.status === 'ERROR') {
    return true;
  }
  const told = deployment?.version ?? status.version;
  return status.status === 'ERROR' && (version === undefined || told === version);
}

function isOnline(status: ServiceStatus, version: string | undefined): boolean {
  return status.status === 'ONLINE' && (version === undefined || status.version === version);
}

/** Told by its time: an older rollout may be named again where a newer one failed. */
function isReplaced(status: ServiceStatus, { job, version, latestAt }: JobFacts): boolean {
  return (
    isOver(job) &&
    latestAt !== undefined &&
    status.requestedAt !== latestAt &&
    status.deployment?.version !== version &&
    status.version !== version
  );
}

function replacedReason({ deployment, version: serves }: ServiceStatus, version = ''): string {
  const other = deployment?.version ?? serves ?? 'another version';
  return `${version} was replaced by ${other} before it was online.`;
}

function updateReason(status: ServiceStatus, version: string | undefined): string {
  return isOnline(status, version)
    ? `${version ?? 'The service'} did not start with the change, and goes on as it was before.`
    : errorReason(version);
}

function errorReason(version: string | undefined): string {
  return `${version ?? 'The service'} did not start: the service reports ERROR.`;
}

function lost({ status, version }: JobFacts): string {
  const present = [status?.status, status?.version].filter(Boolean).join(' ');
  const ended = 'The job is over, but the service';
  return version === undefined
    ? `${ended} reports ${present}.`
    : `${ended} reports ${present} and not ${version}. Another deploy may have replaced it.`;
}
