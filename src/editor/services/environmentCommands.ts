import * as vscode from 'vscode';
import type { ApiProvider } from '../../core/accounts/apiProvider';
import type { Deployments } from '../../core/deploy/deployment';
import {
  describeChange,
  findEnvironment,
  type EnvironmentChange,
} from '../../core/deploy/environmentUpdate';
import type { ServiceEnvironment } from '../../core/kinvey/apiTypes';
import { confirm } from '../ask';
import { updatedText } from '../jobSentences';
import { runForPerson } from '../personalArgument';
import type { Call, CommandRunner } from '../runCommand';
import type { NamedTarget, Targets } from '../targets';
import { argumentOf, type EnvironmentJobs } from './environmentJobs';
import { askRuntime } from './runtimeQuestion';
import { askVariables } from './variableQuestion';

/** Changes what a service environment gives its service: variables and Node.js. */
export class EnvironmentCommands {
  constructor(
    private readonly apis: ApiProvider,
    private readonly deployments: Deployments,
    private readonly targets: Targets,
    private readonly jobs: EnvironmentJobs,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.services.variables', (call) => this.variables(call)),
      runner.register('flexservice.services.runtime', (call) => this.runtime(call)),
    ];
  }

  /** Values are asked for and sent, and neither shown nor answered. */
  private async variables({ argument, byPerson }: Call<'flexservice.services.variables'>) {
    const target = await this.targets.target(argument);
    const present = Object.keys((await this.read(target)).environmentVariables ?? {}).sort();
    const { set = {}, unset = [] } = argument;
    const isGiven = argument.set !== undefined || argument.unset !== undefined;
    if (!isGiven && !byPerson) {
      return { variables: present };
    }
    const change = isGiven ? { set, unset } : await askVariables(target, present);
    const outcome = await this.change(target, change, argument.confirm);
    const removed = new Set(change.unset);
    const all = new Set([...present, ...Object.keys(change.set ?? {})]);
    return { variables: [...all].filter((name) => !removed.has(name)).sort(), outcome };
  }

  private async runtime({ argument }: Call<'flexservice.services.runtime'>) {
    const target = await this.targets.target(argument);
    const { runtime: present } = await this.read(target);
    const runtime = argument.runtime ?? (await askRuntime(target, present ?? undefined));
    return { runtime, outcome: await this.change(target, { runtime }, argument.confirm) };
  }

  private async read(target: NamedTarget): Promise<ServiceEnvironment> {
    return findEnvironment(await this.apis.forAccount(target.account.id), target);
  }

  /** Answers how it ended; undefined where nothing is deployed that would restart. */
  private async change(target: NamedTarget, change: EnvironmentChange, isConfirmed = false) {
    const name = `${target.serviceName} · ${target.environmentName}`;
    const result = await this.jobs.run({
      target,
      title: vscode.l10n.t('Update {0}', name),
      ask: async () => {
        if (!isConfirmed) {
          const what = vscode.l10n.t(
            '{0}. What is deployed there restarts.',
            describeChange(change),
          );
          await confirm(vscode.l10n.t('Update {0}?', name), what, vscode.l10n.t('Update'));
        }
      },
      run: (full, signal, onEvent) => this.deployments.update(full, change, signal, onEvent),
    });
    void this.tell(target, name, result?.outcome);
    return result?.outcome;
  }

  private async tell(target: NamedTarget, name: string, outcome?: string): Promise<void> {
    const showLogs = vscode.l10n.t('Show Service Logs');
    const text = {
      online: updatedText(name),
      cancelled: vscode.l10n.t('{0} goes on updating at the instance.', name),
      none: vscode.l10n.t('{0} was updated: it counts from the first deploy on.', name),
    }[outcome === 'online' || outcome === 'cancelled' ? outcome : 'none'];
    if ((await vscode.window.showInformationMessage(text, showLogs)) === showLogs) {
      await runForPerson('flexservice.logs.follow', argumentOf(target));
    }
  }
}
