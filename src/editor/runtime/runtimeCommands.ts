import * as vscode from 'vscode';
import type { AccountStore } from '../../core/accounts/accountStore';
import { AppError } from '../../core/base/errors';
import type { CommandArguments, SignInArgument } from '../contributions';
import { runForPerson } from '../personalArgument';
import type { Call, CommandRunner } from '../runCommand';
import { settings } from '../settings';
import type { RuntimeInfo, RuntimeProcess } from './runtimeProcess';

/** Starts and stops a FlexService Runtime on this machine. */
export class RuntimeCommands {
  constructor(
    private readonly runtime: RuntimeProcess,
    private readonly accounts: AccountStore,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.runtime.start', (call) => this.start(call)),
      runner.register('flexservice.runtime.stop', () => this.stop()),
    ];
  }

  /** Where a runtime answers that can be signed in to: the configured one, else our own. */
  async findUrl(): Promise<string | undefined> {
    return settings.runtimeUrl() || (await this.runtime.find())?.url;
  }

  /** The owner signs in without typing: the password lies on this machine anyway. */
  async forSignIn(): Promise<SignInArgument> {
    const configured = settings.runtimeUrl();
    if (configured !== '') {
      return { instance: configured };
    }
    return this.ownerOf((await this.runtime.find()) ?? (await this.launch({})));
  }

  private async start({ argument, byPerson }: Call<'flexservice.runtime.start'>) {
    const info = await this.launch(argument);
    if (byPerson) {
      void this.offerSignIn(info);
    }
    return { url: info.url, pid: info.pid };
  }

  private async ownerOf(info: RuntimeInfo): Promise<SignInArgument> {
    return { instance: info.url, ...(await this.runtime.owner(info)) };
  }

  private async launch(argument: CommandArguments['flexservice.runtime.start']) {
    const title = vscode.l10n.t('Starting the FlexService Runtime…');
    const location = vscode.ProgressLocation.Window;
    return vscode.window.withProgress({ location, title }, () =>
      this.runtime.start({
        port: argument.port ?? settings.runtimePort(),
        dataDirectory: argument.dataDirectory ?? (settings.runtimeDataDirectory() || undefined),
      }),
    );
  }

  private async offerSignIn(info: RuntimeInfo): Promise<void> {
    const known = await this.accounts.list();
    const text = vscode.l10n.t('The FlexService Runtime answers at {0}', info.url);
    if (known.some(({ instance }) => instance === info.url)) {
      vscode.window.setStatusBarMessage(`$(vm-running) ${text}`, 5_000);
      return;
    }
    const signIn = vscode.l10n.t('Sign In');
    if ((await vscode.window.showInformationMessage(text, signIn)) === signIn) {
      await runForPerson('flexservice.accounts.signIn', await this.ownerOf(info));
    }
  }

  private async stop() {
    const stopped = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Stopping the FlexService Runtime…'),
      },
      () => this.runtime.stop(),
    );
    if (!stopped) {
      throw new AppError(
        'runtimeFailed',
        vscode.l10n.t('No FlexService Runtime that this editor started is running.'),
      );
    }
    return { url: stopped.url, pid: stopped.pid };
  }
}
