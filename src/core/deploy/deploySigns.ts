import { delay } from '../base/retry';
import type { ServiceStatus } from '../kinvey/apiTypes';
import { isPassing } from './jobWatch';

/** How often the status is asked whether the instance took a deploy whose answer nobody got. */
export const lostQuestions = 5;

export interface TakenQuestion {
  readonly getStatus: () => Promise<ServiceStatus>;
  /** The status before the deploy was sent. */
  readonly before: ServiceStatus;
  readonly version: string;
  /** How often the status is asked: what was sent may wait its turn at the instance. */
  readonly times: number;
  readonly pauseMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Whether the status tells of a deploy whose answer nobody got. Throws what a question fails with
 * where it does not pass, or where the last one failed too.
 */
export async function wasTaken(question: TakenQuestion): Promise<boolean> {
  const { getStatus, before, version, times, pauseMs, signal } = question;
  for (let left = times - 1; ; left -= 1) {
    try {
      if (tellsOfDeploy(await getStatus(), before, version)) {
        return true;
      }
      if (left === 0) {
        return false;
      }
    } catch (error) {
      if (left === 0 || !isPassing(error)) {
        throw error;
      }
    }
    await delay(pauseMs, signal);
  }
}

/**
 * Whether a status tells of a deploy of this version that came after `before`. The same version may
 * have been there already (contract 4.4 lets some pass); its time tells then.
 */
function tellsOfDeploy(now: ServiceStatus, before: ServiceStatus, version: string): boolean {
  const isNew = now.requestedAt !== before.requestedAt || !mentionsVersion(before, version);
  return isNew && mentionsVersion(now, version);
}

/** Whether this version serves, or is or was the latest rollout. */
export function mentionsVersion({ version, deployment }: ServiceStatus, wanted: string): boolean {
  return version === wanted || deployment?.version === wanted;
}
