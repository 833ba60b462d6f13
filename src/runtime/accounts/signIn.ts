import { ApiError } from '../api/errors';
import type { Limits } from '../limits';
import type { AccountStore, StoredAccount } from '../store/accountStore';
import { AttemptWindow } from './attemptWindow';
import { networkOf } from './network';
import { verifyPassword } from './passwords';
import { stepOfCode } from './twoFactor';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Absent or empty: not given. */
  readonly twoFactorToken?: string;
}

export interface Session {
  readonly email: string;
  readonly token: string;
}

export type SignInLimits = Pick<
  Limits,
  'signInAttempts' | 'signInAttemptsPerAddress' | 'signInWindowMs'
>;

/**
 * The one door to a session, for the management API and the browser alike. Failed attempts are
 * limited by account, whether or not there is one, and by the caller's address.
 */
export class SignIn {
  private readonly byEmail: AttemptWindow;
  private readonly byAddress: AttemptWindow;

  constructor(
    private readonly accounts: AccountStore,
    limits: SignInLimits,
  ) {
    this.byEmail = new AttemptWindow(limits.signInAttempts, limits.signInWindowMs);
    this.byAddress = new AttemptWindow(limits.signInAttemptsPerAddress, limits.signInWindowMs);
  }

  /** Throws ApiError InvalidCredentials, InvalidTwoFactorAuth or TooManyAttempts (contract 2.2). */
  async open(credentials: Credentials, address: string): Promise<Session> {
    const found = this.accounts.findByEmail(credentials.email);
    const key = attemptKey(credentials.email, found);
    const network = networkOf(address);
    this.count(key, network);
    const account = await verify(found, credentials.password);
    if (account.twoFactor !== undefined) {
      this.verifyCode(account, account.twoFactor, credentials.twoFactorToken, () => {
        this.byEmail.giveBack(key);
        this.byAddress.giveBack(network);
      });
    }
    const token = this.accounts.openSession(account);
    if (token === undefined) {
      throw invalidCredentials();
    }
    this.byEmail.forget(key);
    this.byAddress.giveBack(network);
    return { email: account.email, token };
  }

  /** Before anything is looked at, so that many attempts at once count too. */
  private count(key: string, network: string): void {
    const waitMs = this.byAddress.take(network) || this.byEmail.take(key);
    if (waitMs > 0) {
      throw tooManyAttempts(waitMs);
    }
  }

  /**
   * Asking for the code is no failure; but only a session wipes out earlier ones, or whoever knows
   * the password could try codes for ever.
   */
  private verifyCode(
    { id }: StoredAccount,
    secret: string,
    code: string | undefined,
    onMissing: () => void,
  ): void {
    if (code === undefined || code === '') {
      onMissing();
      throw invalidTwoFactor('The six digits of your authenticator app are needed too.');
    }
    const step = stepOfCode(secret, code);
    if (step === undefined || !this.accounts.useTwoFactorStep(id, step)) {
      throw invalidTwoFactor('The six digits are wrong, or were used already.');
    }
  }
}

/** Another password, such as after a reset, begins a count of its own. */
function attemptKey(email: string, account: StoredAccount | undefined): string {
  return `${email.toLowerCase()} ${account?.password ?? ''}`;
}

/** Takes as long where there is no such account. */
async function verify(
  account: StoredAccount | undefined,
  password: string,
): Promise<StoredAccount> {
  if (!(await verifyPassword(password, account?.password)) || !account) {
    throw invalidCredentials();
  }
  return account;
}

function invalidCredentials(): ApiError {
  return new ApiError(401, 'InvalidCredentials', 'Invalid e-mail and/or password.');
}

function invalidTwoFactor(description: string): ApiError {
  return new ApiError(403, 'InvalidTwoFactorAuth', description);
}

function tooManyAttempts(waitMs: number): ApiError {
  const seconds = Math.ceil(waitMs / 1_000);
  const wait = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`;
  return new ApiError(
    429,
    'TooManyAttempts',
    `Too many failed attempts to sign in. Try again in ${wait}.`,
    { retryAfterSeconds: seconds },
  );
}
