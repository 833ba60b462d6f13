import { accountOfId, isSameEmail } from '../../accounts/account';
import { delay } from '../../base/retry';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { ManagementApi } from '../../kinvey/managementApi';
import { isPassing } from '../watch/jobWatch';

/** How often the status is asked whether the instance took a deploy whose answer nobody got. */
export const lostQuestions = 5;

export interface TakenQuestion {
  readonly getStatus: () => Promise<ServiceStatus>;
  /** The status before the deploy was sent. */
  readonly before: ServiceStatus;
  readonly version: string;
  /** E-mail of who sent it; undefined where nobody knows. */
  readonly by: string | undefined;
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
  const { getStatus, times, pauseMs, signal } = question;
  for (let left = times - 1; ; left -= 1) {
    try {
      if (tellsOfDeploy(await getStatus(), question)) {
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
 * have been there already (contract 4.4 lets some pass); its time tells then. Somebody else's of the
 * same version is told by who made it (contract 4.7), where the status says so.
 */
function tellsOfDeploy(
  now: ServiceStatus,
  { before, version, by }: Pick<TakenQuestion, 'before' | 'version' | 'by'>,
): boolean {
  const isNew = now.requestedAt !== before.requestedAt || !mentionsVersion(before, version);
  const { email } = now.deployUserInfo ?? {};
  const isOurs = by === undefined || email === undefined || isSameEmail(email, by);
  return isNew && isOurs && mentionsVersion(now, version);
}

/** Who an account is. A pipeline has a token alone: the instance tells whose; undefined where not. */
export async function senderOf(
  api: ManagementApi,
  accountId: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { email } = accountOfId(accountId) ?? {};
  if (email?.includes('@')) {
    return email;
  }
  const user = await api.getUser(signal).catch(() => undefined);
  return user?.email;
}

/** Whether this version serves, or is or was the latest rollout. */
export function mentionsVersion({ version, deployment }: ServiceStatus, wanted: string): boolean {
  return version === wanted || deployment?.version === wanted;
}
