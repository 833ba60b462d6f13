import * as vscode from 'vscode';
import type { Account } from '../../core/accounts/account';
import type { AccountStore } from '../../core/accounts/accountStore';
import type { Authenticator, SignInRequest } from '../../core/accounts/signIn';
import { AppError, isAppError } from '../../core/base/errors';
import { instanceLabel } from '../../core/kinvey/instances';
import { input, inputUntil, type Attempt } from '../ask';
import type { SignInArgument } from '../contributions';
import { signInTitle as title } from './signInTitle';

/** Signs in with e-mail and password, and a second factor where the account has one. */
export class PasswordSignIn {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly accounts: AccountStore,
  ) {}

  /** Asks for whatever was not given; `mayAsk` also for a code, where a password was given. */
  async run(instance: string, argument: SignInArgument, mayAsk: boolean): Promise<Account> {
    const { password, twoFactorToken } = argument;
    const email = argument.email ?? (await this.askEmail(instance));
    if (password === undefined) {
      return this.askPassword({ instance, email });
    }
    const request = { instance, email, password, twoFactorToken };
    return mayAsk ? this.signInOrAsk(request) : this.authenticator.signIn(request);
  }

  private async signInOrAsk(request: SignInRequest): Promise<Account> {
    try {
      return await this.authenticator.signIn(request);
    } catch (error) {
      if (isAppError(error, 'twoFactorRequired') && request.twoFactorToken === undefined) {
        return this.askTwoFactor(request);
      }
      throw error;
    }
  }

  /** Offers the only account that is known there, for whom signs in again. */
  private async askEmail(instance: string): Promise<string> {
    const there = (await this.accounts.list()).filter((account) => account.instance === instance);
    const email = await input({
      title,
      prompt: vscode.l10n.t('E-mail address of your account at {0}', instanceLabel(instance)),
      placeholder: 'ann@example.com',
      value: there.length === 1 ? there[0]?.email : undefined,
      validate: (text) =>
        /^\s*\S+@\S+\s*$/.test(text) ? undefined : vscode.l10n.t('Enter an e-mail address.'),
    });
    return email.trim();
  }

  private async askPassword(request: Omit<SignInRequest, 'password'>): Promise<Account> {
    let accepted = '';
    const account = await inputUntil<Account | undefined>(
      {
        title,
        prompt: vscode.l10n.t(
          'Password of {0} at {1}',
          request.email,
          instanceLabel(request.instance),
        ),
        password: true,
        validate: (text) => (text === '' ? vscode.l10n.t('Enter the password.') : undefined),
      },
      async (password, signal) => {
        accepted = password;
        return this.attempt({ ...request, password }, signal);
      },
    );
    return account ?? this.askTwoFactor({ ...request, password: accepted });
  }

  private async askTwoFactor(request: SignInRequest): Promise<Account> {
    const account = await inputUntil<Account | undefined>(
      {
        title,
        prompt: vscode.l10n.t('The six digits that your authenticator app shows'),
        validate: (text) =>
          /^\d{6}$/.test(text) ? undefined : vscode.l10n.t('Enter exactly six digits.'),
      },
      (twoFactorToken, signal) => this.attempt({ ...request, twoFactorToken }, signal),
    );
    if (!account) {
      throw new AppError('badCredentials', vscode.l10n.t('The instance asked for a code again.'));
    }
    return account;
  }

  /** Undefined as value: the instance wants a second factor. What else failed goes into the box. */
  private async attempt(
    request: SignInRequest,
    signal: AbortSignal,
  ): Promise<Attempt<Account | undefined>> {
    try {
      return { ok: true, value: await this.authenticator.signIn(request, signal) };
    } catch (error) {
      if (isAppError(error, 'twoFactorRequired') && request.twoFactorToken === undefined) {
        return { ok: true, value: undefined };
      }
      if (isAppError(error) && error.code !== 'cancelled') {
        return { ok: false, message: error.message };
      }
      throw error;
    }
  }
}
