import { AppError, messageOf } from '../../base/errors';
import { hideIn } from '../../base/hiddenText';
import type { Log } from '../../base/log';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { ManagementApi } from '../../kinvey/managementApi';
import { messageText } from '../../logs/logEntry';
import { findStartupError, type StartupError } from '../../logs/startupError';
import { findEnvironment, type EnvironmentName } from '../environmentUpdate';
import type { DeploymentRecord } from '../history/deploymentRecord';

export interface FailureQuestion {
  readonly api: ManagementApi;
  readonly record: EnvironmentName & Pick<DeploymentRecord, 'kind' | 'startedAt' | 'hasVariables'>;
  /** Values of variables that were sent with it; an environment has them only where it started. */
  readonly secrets?: readonly string[];
  readonly status?: ServiceStatus;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** Log entries asked for to find out why a service did not start; contract 5 allows no more. */
const logLimit = 2_000;
/** The clocks of this machine and of the instance may differ. */
const clockSlackMs = 60_000;

/**
 * Why a service did not start, without a value of its environment, which it may have printed.
 * Undefined where the logs do not tell, or where they or these values cannot be had.
 */
export async function findFailure(question: FailureQuestion): Promise<StartupError | undefined> {
  const { api, record, status, log, signal } = question;
  const { serviceId, environmentId } = record;
  const query = { from: logStart(record, status), limit: logLimit };
  try {
    const [entries, secrets] = await Promise.all([
      api.fetchLogs(serviceId, environmentId, query, signal),
      secretsOf(question),
    ]);
    const told = entries.map((entry) => ({
      ...entry,
      message: hideIn(messageText(entry), secrets),
    }));
    return findStartupError(told);
  } catch (error) {
    log.warn(`deploy: why it did not start cannot be told: ${messageOf(error)}`);
    return undefined;
  }
}

async function secretsOf({ api, record, secrets, signal }: FailureQuestion) {
  if (record.hasVariables === true && !secrets) {
    throw new AppError(
      'notFound',
      'The values of variables that another window sent with it are not known here.',
    );
  }
  const { secret, environmentVariables } = await findEnvironment(api, record, signal);
  return [...(secrets ?? []), ...Object.values(environmentVariables ?? {}), secret];
}

/** The instance's own time of the deploy where it tells, since our clock may be another. */
function logStart({ kind, startedAt }: FailureQuestion['record'], status?: ServiceStatus): string {
  const requested = kind === 'deploy' ? Date.parse(status?.requestedAt ?? '') : Number.NaN;
  const from = Number.isNaN(requested) ? Date.parse(startedAt) - clockSlackMs : requested;
  return new Date(from).toISOString();
}
