import { isAppError, messageOf } from '../../base/errors';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { ManagementApi } from '../../kinvey/managementApi';
import { outcomeUnknown } from '../deployMessages';
import type { DeploymentRecord } from '../history/deploymentRecord';
import { lostQuestions, senderOf, wasTaken } from './deploySigns';

/** The status is asked once after cancelling, and not for longer: a person waits for it to end. */
const hastyMs = 1_500;

export interface LostAnswer {
  readonly record: DeploymentRecord & { readonly version: string };
  /** What the sending failed with. */
  readonly failure: unknown;
  /** The status before the deploy was sent. */
  readonly before: ServiceStatus;
  readonly api: ManagementApi;
  /** Between questions. */
  readonly pauseMs: number;
}

/**
 * Waits until the status tells of the deploy that was sent and whose answer nobody got; throws
 * `outcomeUnknown` where it does not.
 */
export async function findTaken(lost: LostAnswer): Promise<void> {
  const { record, failure, before, api, pauseMs } = lost;
  const { serviceId, environmentId, accountId, version } = record;
  const isHasty = isAppError(failure, 'cancelled');
  const inTime = () => (isHasty ? AbortSignal.timeout(hastyMs) : undefined);
  const isTaken = await wasTaken({
    getStatus: () => api.getStatus(serviceId, environmentId, inTime()),
    before,
    version,
    by: await senderOf(api, accountId, inTime()),
    times: isHasty ? 1 : lostQuestions,
    pauseMs,
  }).catch(() => false);
  if (!isTaken) {
    throw outcomeUnknown(record, messageOf(failure), failure);
  }
}
