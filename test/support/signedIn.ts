import { accountId, type Account } from '../../src/core/accounts/account';
import { AccountStore } from '../../src/core/accounts/accountStore';
import { ApiProvider } from '../../src/core/accounts/apiProvider';
import { silentLog } from '../../src/core/base/log';
import { MemorySecretStore } from './memorySecretStore';
import { createTestApi } from './testApi';

/** A person signed in at an instance, in memory. */
export interface SignedIn {
  account: Account;
  accounts: AccountStore;
  apis: ApiProvider;
}

export async function signInAt(instance: string, email = 'ann@example.com'): Promise<SignedIn> {
  const accounts = new AccountStore(new MemorySecretStore(), silentLog);
  const account = { id: accountId(email, instance), email, instance };
  await accounts.save(account, 'tok');
  return { account, accounts, apis: new ApiProvider(accounts, createTestApi) };
}
