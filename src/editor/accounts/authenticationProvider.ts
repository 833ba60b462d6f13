import * as vscode from 'vscode';
import type { Account } from '../../core/accounts/account';
import type { AccountsChange, AccountStore } from '../../core/accounts/accountStore';
import type { Authenticator } from '../../core/accounts/signIn';
import { AppError } from '../../core/base/errors';
import type { Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/event';
import { instanceLabel } from '../../core/kinvey/instances';
import type { SignInFlow } from './signInFlow';

/** Shows our accounts in VS Code's Accounts menu and lets other extensions ask for a session. */
export class KinveyAuthenticationProvider implements vscode.AuthenticationProvider, Disposable {
  private readonly changed =
    new Emitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  readonly onDidChangeSessions = this.changed.event;
  private readonly subscription: Disposable;

  constructor(
    private readonly accounts: AccountStore,
    private readonly flow: SignInFlow,
    private readonly authenticator: Authenticator,
  ) {
    this.subscription = accounts.onDidChange((change) => void this.announce(change));
  }

  async getSessions(
    _scopes?: readonly string[],
    { account }: vscode.AuthenticationProviderSessionOptions = {},
  ): Promise<vscode.AuthenticationSession[]> {
    const known = await this.accounts.list();
    const wanted = account ? known.filter(({ id }) => id === account.id) : known;
    return this.sessionsOf(wanted);
  }

  async createSession(): Promise<vscode.AuthenticationSession> {
    const session = await this.sessionOf(await this.flow.run({}));
    if (!session) {
      throw new AppError(
        'notSignedIn',
        vscode.l10n.t('The session ended right after it was made.'),
      );
    }
    return session;
  }

  async removeSession(sessionId: string): Promise<void> {
    await this.authenticator.signOut(sessionId);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private async sessionsOf(accounts: readonly Account[]): Promise<vscode.AuthenticationSession[]> {
    const sessions = await Promise.all(accounts.map((account) => this.sessionOf(account)));
    return sessions.filter((session) => session !== undefined);
  }

  private async sessionOf(account: Account): Promise<vscode.AuthenticationSession | undefined> {
    const accessToken = await this.accounts.token(account.id);
    return accessToken === undefined ? undefined : sessionWith(account, accessToken);
  }

  /** A removed session is announced without its token: nobody may use it any more. */
  private async announce({ added, removed, changed }: AccountsChange): Promise<void> {
    this.changed.fire({
      added: await this.sessionsOf(added),
      removed: removed.map((account) => sessionWith(account, '')),
      changed: await this.sessionsOf(changed),
    });
  }
}

function sessionWith(account: Account, accessToken: string): vscode.AuthenticationSession {
  const label = `${account.email}, ${instanceLabel(account.instance)}`;
  return { id: account.id, accessToken, account: { id: account.id, label }, scopes: [] };
}
