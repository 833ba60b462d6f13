import { isAppError, messageOf } from '../base/errors';
import type { ServiceStatus } from '../kinvey/apiTypes';
import { outcomeUnknown } from './deployMessages';
import type { DeploymentRecord } from './deploymentRecord';
import { lostQuestions, wasTaken } from './deploySigns';

/** The status is asked once after cancelling, and not for longer: a person waits for it to end. */
const hastyMs = 1_500;

export interface LostAnswer {
  readonly record: DeploymentRecord & { readonly version: string };
  /** What the sending failed with. */
  readonly failure: unknown;
  /** The status before the deploy was sent. */
  readonly before: ServiceStatus;
  readonly getStatus: (signal?: AbortSignal) => Promise<ServiceStatus>;
  /** Between questions. */
  readonly pauseMs: number;
}

/**
 * Waits until the status tells of the deploy that was sent and whose answer nobody got; throws
 * `outcomeUnknown` where it does not.
 */
export async function findTaken(lost: LostAnswer): Promise<void> {
  const { record, failure, before, getStatus, pauseMs } = lost;
  const isHasty = isAppError(failure, 'cancelled');
  const isTaken = await wasTaken({
    getStatus: () => getStatus(isHasty ? AbortSignal.timeout(hastyMs) : undefined),
    before,
    version: record.version,
    times: isHasty ? 1 : lostQuestions,
    pauseMs,
  }).catch(() => false);
  if (!isTaken) {
    throw outcomeUnknown(record, messageOf(failure), failure);
  }
}
