import { AppError } from '../base/errors';
import type { ManagementApi } from '../kinvey/managementApi';
import { accountOfId } from './account';
import type { AccountStore } from './accountStore';

/** Makes the API of an instance, with the session of the token where there is one. */
export type CreateApi = (baseUrl: string, token?: string) => ManagementApi;

/** Where signed-in work gets its ManagementApi. */
export interface Apis {
  /** With the account's present token, so ask anew for each piece of work. Throws `notSignedIn`. */
  forAccount(accountId: string): Promise<ManagementApi>;
}

/** The one place that makes a signed-in ManagementApi of an account that is kept. */
export class ApiProvider implements Apis {
  constructor(
    private readonly accounts: AccountStore,
    private readonly createApi: CreateApi,
  ) {}

  async forAccount(accountId: string): Promise<ManagementApi> {
    const account = accountOfId(accountId);
    const token = await this.accounts.token(accountId);
    if (account === undefined || token === undefined) {
      const who = account === undefined ? accountId : `${account.email} at ${account.instance}`;
      throw new AppError('notSignedIn', `You are not signed in as ${who}. Sign in first.`);
    }
    return this.createApi(account.instance, token);
  }
}
