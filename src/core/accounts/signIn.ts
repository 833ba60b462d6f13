import { messageOf } from '../base/errors';
import type { Log } from '../base/log';
import { throwIfAborted } from '../base/retry';
import type { SignInBody } from '../kinvey/apiTypes';
import { resolveInstanceUrl } from '../kinvey/instances';
import { accountId, accountOfId, type Account } from './account';
import type { AccountStore } from './accountStore';
import type { CreateApi } from './apiProvider';
import { signInProviders, type SignInProvider } from './signInProviders';

export interface SignInRequest {
  /** The instance's URL. */
  instance: string;
  email: string;
  password: string;
  /** Six digits, where the account wants them. */
  twoFactorToken?: string;
}

const signOutTimeoutMs = 5_000;

/** Begins and ends sessions. */
export class Authenticator {
  constructor(
    private readonly accounts: AccountStore,
    private readonly createApi: CreateApi,
    private readonly log: Log,
  ) {}

  /**
   * Signs in and keeps the session. An older session of the same account is ended afterwards, so
   * that a failure leaves it as it was (contract T4). Cancelled while the answer is on its way, the
   * new session is ended and nothing is kept. Throws `badCredentials`, `twoFactorRequired`,
   * `cancelled` and what the wire throws.
   */
  async signIn(request: SignInRequest, signal?: AbortSignal): Promise<Account> {
    const instance = resolveInstanceUrl(request.instance);
    const { email, token } = await this.createApi(instance).signIn(bodyOf(request), signal);
    return this.begin(instance, email, token, signal);
  }

  /** The ways to sign in at an instance, at least one. Throws what the wire throws. */
  async providers(instance: string, signal?: AbortSignal): Promise<SignInProvider[]> {
    return signInProviders(await this.createApi(instance).listIdentityProviders(signal));
  }

  /**
   * Keeps a session that an identity provider has begun, after asking whose it is. Where that fails
   * the session is ended. Throws `cancelled` and what the wire throws.
   */
  async adopt(instance: string, token: string, signal?: AbortSignal): Promise<Account> {
    let email: string;
    try {
      ({ email } = await this.createApi(instance, token).getUser(signal));
    } catch (error) {
      await this.endSession(instance, token);
      throw error;
    }
    return this.begin(instance, email, token, signal);
  }

  /**
   * Ends the session at the server as well as it can be done in 5 seconds, and forgets it here in
   * any case.
   */
  async signOut(id: string): Promise<void> {
    const token = await this.accounts.token(id);
    const instance = accountOfId(id)?.instance;
    if (token !== undefined && instance !== undefined) {
      await this.endSession(instance, token);
    }
    await this.accounts.remove(id);
  }

  private async begin(
    instance: string,
    email: string,
    token: string,
    signal?: AbortSignal,
  ): Promise<Account> {
    const account = { id: accountId(email, instance), email, instance };
    const old = await this.accounts.token(account.id);
    await this.keep(account, token, signal);
    if (old !== undefined && old !== token) {
      await this.endSession(instance, old);
    }
    return account;
  }

  /** A session that cannot be kept must not stay open at the server. */
  private async keep(account: Account, token: string, signal?: AbortSignal): Promise<void> {
    try {
      throwIfAborted(signal);
      await this.accounts.save(account, token);
    } catch (error) {
      await this.endSession(account.instance, token);
      throw error;
    }
  }

  private async endSession(instance: string, token: string): Promise<void> {
    try {
      await this.createApi(instance, token).signOut(AbortSignal.timeout(signOutTimeoutMs));
    } catch (error) {
      this.log.warn(`accounts: a session at ${instance} was not ended`, messageOf(error));
    }
  }
}

function bodyOf({ email, password, twoFactorToken }: SignInRequest): SignInBody {
  return twoFactorToken === undefined ? { email, password } : { email, password, twoFactorToken };
}
