import * as vscode from 'vscode';
import type { Account } from '../../core/accounts/account';
import type { Browser, BrowserSignIn } from '../../core/accounts/browserSignIn';
import type { Authenticator } from '../../core/accounts/signIn';
import {
  findProvider,
  passwordProvider,
  type SignInProvider,
} from '../../core/accounts/signInProviders';
import { instanceLabel, resolveInstanceUrl } from '../../core/kinvey/instances';
import { pick, type Choice } from '../ask';
import type { SignInArgument } from '../contributions';
import { signalOf } from '../runCommand';
import { askInstance, type LocalRuntime } from './instanceQuestion';
import type { PasswordSignIn } from './passwordSignIn';
import { signInTitle as title } from './signInTitle';

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

/** Asks for whatever was not given in advance, and signs in. */
export class SignInFlow {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly browserSignIn: BrowserSignIn,
    private readonly passwordSignIn: PasswordSignIn,
    private readonly localRuntime: LocalRuntime,
  ) {}

  /** `byPerson`: somebody is there to be asked for a code, also where the password was given. */
  async run(argument: SignInArgument, byPerson = false): Promise<Account> {
    const given =
      argument.instance === undefined
        ? { ...argument, ...(await askInstance(this.localRuntime)) }
        : argument;
    const instance = resolveInstanceUrl(given.instance ?? '');
    const provider = await this.chooseProvider(instance, given);
    const mayAsk = byPerson || argument.password === undefined;
    return provider.kind === 'browser'
      ? this.signInByBrowser(instance, provider)
      : this.passwordSignIn.run(instance, given, mayAsk);
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
    const placeholder = vscode.l10n.t(
      'How do you want to sign in at {0}?',
      instanceLabel(instance),
    );
    const choices = async (signal: AbortSignal) =>
      (await this.offeredProviders(instance, signal)).map(providerChoice);
    return pick(choices, { title, placeholder, skipSingle: true });
  }

  /** Where the instance does not tell, the box for the password says why when it is tried. */
  private async offeredProviders(instance: string, signal: AbortSignal): Promise<SignInProvider[]> {
    try {
      return await this.authenticator.providers(instance, signal);
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
}

function providerChoice(provider: SignInProvider): Choice<SignInProvider> {
  return provider.kind === 'browser'
    ? {
        label: provider.name,
        icon: 'globe',
        description: vscode.l10n.t('in the browser'),
        value: provider,
      }
    : {
        label: provider.name,
        icon: 'key',
        description: vscode.l10n.t('e-mail and password'),
        value: provider,
      };
}
