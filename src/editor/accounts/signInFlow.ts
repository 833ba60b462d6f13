import * as vscode from 'vscode';
import type { Account } from '../../core/accounts/account';
import type { AccountStore } from '../../core/accounts/accountStore';
import type { Browser, BrowserSignIn } from '../../core/accounts/browserSignIn';
import type { Authenticator, SignInRequest } from '../../core/accounts/signIn';
import {
  findProvider,
  passwordProvider,
  type SignInProvider,
} from '../../core/accounts/signInProviders';
import { AppError, isAppError } from '../../core/base/errors';
import { instanceLabel, knownInstances, resolveInstanceUrl } from '../../core/kinvey/instances';
import { input, inputUntil, pick, type Attempt, type Choice } from '../ask';
import type { SignInArgument } from '../contributions';
import { signalOf } from '../runCommand';

const title = vscode.l10n.t('Sign In to Kinvey');

/** In a remote window our port is forwarded to the machine where the browser runs. */
const browser: Browser = {
  reach: async (url) => {
    const external = (await vscode.env.asExternalUri(vscode.Uri.parse(url))).toString(true);
    return /^http:\/\/(localhost|127\.0\.0\.1):\d+\/$/.test(external) ? external : url;
  },
  open: async (url) => {
    // Whoever declines here may have copied the address: cancelling is up to them.
    await vscode.env.openExternal(vscode.Uri.parse(url));
  },
};

/** The FlexService Runtime on this machine, as far as signing in needs it. */
export interface LocalRuntime {
  /** Where it answers; undefined where none is known to run. */
  findUrl(): Promise<string | undefined>;
  /** Starts it where needed; answers its URL, and its owner's account where that is known. */
  forSignIn(): Promise<SignInArgument>;
}

/** Asks for whatever was not given in advance, and signs in. */
export class SignInFlow {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly browserSignIn: BrowserSignIn,
    private readonly accounts: AccountStore,
    private readonly localRuntime: LocalRuntime,
  ) {}

  /** `byPerson`: somebody is there to be asked for a code, also where the password was given. */
  async run(argument: SignInArgument, byPerson = false): Promise<Account> {
    const given =
      argument.instance === undefined ? { ...argument, ...(await this.askInstance()) } : argument;
    const instance = resolveInstanceUrl(given.instance ?? '');
    const provider = await this.chooseProvider(instance, given);
    if (provider.kind === 'browser') {
      return this.signInByBrowser(instance, provider);
    }
    const email = given.email ?? (await this.askEmail(instance));
    const { password, twoFactorToken } = given;
    if (password === undefined) {
      return this.askPassword({ instance, email });
    }
    const request = { instance, email, password, twoFactorToken };
    const mayAsk = byPerson || argument.password === undefined;
    return mayAsk ? this.signInOrAsk(request) : this.authenticator.signIn(request);
  }

  /** A given password leaves no choice; else what the instance offers, where that is more than one. */
  private async chooseProvider(
    instance: string,
    { password, identityProvider }: SignInArgument,
  ): Promise<SignInProvider> {
    if (password !== undefined && identityProvider === undefined) {
      return passwordProvider;
    }
    if (identityProvider !== undefined) {
      return findProvider(await this.authenticator.providers(instance), identityProvider);
    }
    const choices = (await this.offeredProviders(instance)).map((provider) => ({
      label: provider.name,
      icon: provider.kind === 'browser' ? 'globe' : 'key',
      description:
        provider.kind === 'browser'
          ? vscode.l10n.t('in the browser')
          : vscode.l10n.t('e-mail and password'),
      value: provider,
    }));
    const placeholder = vscode.l10n.t(
      'How do you want to sign in at {0}?',
      instanceLabel(instance),
    );
    return pick(choices, { title, placeholder, skipSingle: true });
  }

  /** Where the instance does not tell, the box for the password says why when it is tried. */
  private async offeredProviders(instance: string): Promise<SignInProvider[]> {
    try {
      return await this.authenticator.providers(instance);
    } catch {
      return [passwordProvider];
    }
  }

  private signInByBrowser(instance: string, provider: SignInProvider): PromiseLike<Account> {
    const waiting = vscode.l10n.t(
      'Waiting for you to sign in by {0} in the browser…',
      provider.name,
    );
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: waiting, cancellable: true },
      (_progress, token) =>
        this.browserSignIn.run({ instance, provider, browser }, signalOf(token)),
    );
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

  private async askInstance(): Promise<SignInArgument> {
    const local = await this.localRuntime.findUrl();
    const choices: Choice<() => Promise<SignInArgument>>[] = [
      ...knownInstances.map(({ label, id, url }) => ({
        label,
        description: id,
        icon: 'cloud',
        value: () => Promise.resolve({ instance: url }),
      })),
      {
        label: vscode.l10n.t('Dedicated Instance…'),
        description: vscode.l10n.t('an instance id or a URL'),
        icon: 'server-environment',
        value: async () => ({ instance: await askDedicated() }),
      },
      {
        label: vscode.l10n.t('Local Runtime'),
        description: local ?? vscode.l10n.t('starts the FlexService Runtime on this machine'),
        icon: 'vm-running',
        value: () => this.localRuntime.forSignIn(),
      },
    ];
    const picked = await pick(choices, {
      title,
      placeholder: vscode.l10n.t('Which instance is your account on?'),
    });
    return picked();
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

async function askDedicated(): Promise<string> {
  return input({
    title,
    prompt: vscode.l10n.t('Instance id, such as acme-us1, or the URL of its management API'),
    placeholder: 'acme-us1',
    validate: (text) => {
      try {
        resolveInstanceUrl(text);
        return text.trim() === '' ? vscode.l10n.t('Enter an id or a URL.') : undefined;
      } catch (error) {
        return isAppError(error) ? error.message : String(error);
      }
    },
  });
}
