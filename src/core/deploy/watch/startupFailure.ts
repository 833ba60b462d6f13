import { messageOf } from '../../base/errors';
import type { Log } from '../../base/log';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { ManagementApi } from '../../kinvey/managementApi';
import { findStartupError, type StartupError } from '../../logs/startupError';
import type { DeploymentRecord } from '../history/deploymentRecord';

export interface FailureQuestion {
  readonly api: ManagementApi;
  readonly record: Pick<DeploymentRecord, 'serviceId' | 'environmentId' | 'kind' | 'startedAt'>;
  readonly status?: ServiceStatus;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** Log entries asked for to find out why a service did not start; contract 5 allows no more. */
const logLimit = 2_000;
/** The clocks of this machine and of the instance may differ. */
const clockSlackMs = 60_000;

/** Why a service did not start; undefined where the logs do not tell or cannot be had. */
export async function findFailure(question: FailureQuestion): Promise<StartupError | undefined> {
  const { api, record, status, log, signal } = question;
  const { serviceId, environmentId } = record;
  const query = { from: logStart(record, status), limit: logLimit };
  try {
    return findStartupError(await api.fetchLogs(serviceId, environmentId, query, signal));
  } catch (error) {
    log.warn(`deploy: the logs could not be fetched: ${messageOf(error)}`);
    return undefined;
  }
}

/** The instance's own time of the deploy where it tells, since our clock may be another. */
function logStart({ kind, startedAt }: FailureQuestion['record'], status?: ServiceStatus): string {
  const requested = kind === 'deploy' ? Date.parse(status?.requestedAt ?? '') : Number.NaN;
  const from = Number.isNaN(requested) ? Date.parse(startedAt) - clockSlackMs : requested;
  return new Date(from).toISOString();
}
