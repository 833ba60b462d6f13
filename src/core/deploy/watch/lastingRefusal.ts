import { isAppError, type AppError } from '../../base/errors';
import { delay } from '../../base/retry';
import type { DeploymentRecord } from '../history/deploymentRecord';

/** An instance that restarts or moves may refuse once or twice what it answers later. */
const patience = 3;

export interface Refused {
  readonly refusal: AppError;
}

/**
 * Looks again where the instance answers that it does not know the environment, or that the account
 * may not see it; after that many in a row it will not pass by itself. `look` calls back when it saw
 * something. Throws what else `look` throws.
 */
export async function untilRefused<T>(
  look: (onSeen: () => void) => Promise<T>,
  { pauseMs, signal }: { readonly pauseMs: number; readonly signal?: AbortSignal },
): Promise<T | Refused> {
  let refusals = 0;
  for (;;) {
    try {
      return await look(() => (refusals = 0));
    } catch (error) {
      if (!isAppError(error, 'notFound', 'forbidden')) {
        throw error;
      }
      refusals += 1;
      if (refusals === patience) {
        return { refusal: error };
      }
    }
    await delay(pauseMs, signal);
  }
}

/** What it means for a deployment that nobody can look at it any more, and what to do. */
export function refusedReason(record: DeploymentRecord, { code, message }: AppError): string {
  const where = `${record.serviceName} · ${record.environmentName}`;
  const what = record.version ?? 'the service';
  return code === 'notFound'
    ? `The instance does not know ${where} any more: ${message} It may have been deleted. Bind the folder to another environment, and deploy there.`
    : `This account may not look at ${where} any more: ${message} Whether ${what} is online there is not known. Ask an owner of the service, or sign in with another account.`;
}
