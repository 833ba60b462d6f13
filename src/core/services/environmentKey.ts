import type { Account } from '../accounts/account';
import type { EnvironmentKey } from './serviceStore';

/** The key of whatever names an account and a service environment, such as a target. */
export function environmentKeyOf(target: {
  account: Pick<Account, 'id'>;
  serviceId: string;
  environmentId: string;
}): EnvironmentKey {
  const { account, serviceId, environmentId } = target;
  return { accountId: account.id, serviceId, environmentId };
}

/** A key as text, to compare it or to look something up by it. */
export function textOfKey({ accountId, serviceId, environmentId }: EnvironmentKey): string {
  return JSON.stringify([accountId, serviceId, environmentId]);
}
