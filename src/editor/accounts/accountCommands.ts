import * as vscode from 'vscode';
import type { Authenticator } from '../../core/accounts/signIn';
import { instanceLabel } from '../../core/kinvey/instances';
import { confirm } from '../ask';
import type { Call, CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import type { SignInFlow } from './signInFlow';

/** Sign in and out from the palette; the Accounts menu goes through the authentication provider. */
export class AccountCommands {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly flow: SignInFlow,
    private readonly targets: Targets,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.accounts.signIn', (call) => this.signIn(call)),
      runner.register('flexservice.accounts.signOut', (call) => this.signOut(call)),
    ];
  }

  private async signIn({ argument, byPerson }: Call<'flexservice.accounts.signIn'>) {
    const { id, email, instance } = await this.flow.run(argument, byPerson);
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('$(account) Signed in as {0} at {1}', email, instanceLabel(instance)),
      5_000,
    );
    return { account: { id, email, instance } };
  }

  private async signOut({ argument, byPerson }: Call<'flexservice.accounts.signOut'>) {
    const account = await this.targets.account(argument.account, vscode.l10n.t('Sign Out'));
    if (byPerson) {
      await confirm(
        vscode.l10n.t('Sign out {0}?', account.email),
        vscode.l10n.t(
          'The session at {0} ends. Bindings of folders stay as they are.',
          instanceLabel(account.instance),
        ),
        vscode.l10n.t('Sign Out'),
      );
    }
    await this.authenticator.signOut(account.id);
    return { signedOut: true };
  }
}
