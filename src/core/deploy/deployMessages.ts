import { AppError } from '../base/errors';
import type { DeploymentRecord } from './history/deploymentRecord';
import { isOver } from './watch/jobJudge';
import type { JobSighting } from './watch/jobWatch';

/** What a look at a job means, in a sentence for a progress notification. */
export function sightingMessage({ job, offline }: JobSighting, version?: string): string {
  if (offline) {
    return 'The instance cannot be reached; waiting for it…';
  }
  if (job && !isOver(job)) {
    return job.progress ? `Building: ${job.progress}` : 'Building…';
  }
  return `Starting ${version ?? 'the service'}…`;
}

/** How it ended, for a progress notification. */
export function endMessage(version: string, reason: string | undefined): string {
  return reason ?? `${version || 'The service'} is online.`;
}

/** Nobody watches any more; what the instance still does. */
export function goesOn({ kind, version }: DeploymentRecord): string {
  const what = {
    deploy: `deploying ${version ?? ''}`,
    recycle: 'restarting the service',
    update: 'updating the service',
  }[kind];
  return `No longer watched: the instance goes on ${what}.`;
}

/** Online, but less than was sent; `missing` as in `data orders`. */
export function lacking({ version }: DeploymentRecord, missing: readonly string[]): string {
  const names = missing.join(', ');
  return `${version ?? 'The service'} is online, but does not tell of handlers that its scripts register: ${names}. Look at its logs.`;
}

/** '512 bytes', '34 KB', '9.8 MB': thousands are 1024, as the limit counts them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) {
    return `${Math.round(bytes)} bytes`;
  }
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** The instance did not tell what it did with what was sent, or asked of it. */
export function outcomeUnknown(record: DeploymentRecord, why: string, cause?: unknown): AppError {
  const { accountId, serviceId, environmentId } = record;
  const details = { account: accountId, service: serviceId, environment: environmentId };
  return new AppError('outcomeUnknown', `${why} ${mayBe(record)}`, { cause, details });
}

function mayBe({ kind, serviceName, environmentName, version }: DeploymentRecord): string {
  const look = `look at the status of ${serviceName} · ${environmentName}`;
  return {
    deploy: `If all of it arrived, ${version ?? ''} may be deployed all the same: ${look} before you deploy again.`,
    recycle: `The instance may restart the service all the same: ${look}.`,
    update: `The instance may update the service all the same: ${look}.`,
  }[kind];
}
