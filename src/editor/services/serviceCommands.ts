import * as vscode from 'vscode';
import type { Deployments } from '../../core/deploy/deployment';
import { environmentKeyOf } from '../../core/services/environmentKey';
import type { ServiceStore } from '../../core/services/serviceStore';
import { lookOf } from '../../core/services/statusText';
import { confirm, pick } from '../ask';
import type { FolderStates } from '../folderStates';
import { runForPerson } from '../personalArgument';
import type { Call, CommandRunner } from '../runCommand';
import type { NamedTarget, Targets } from '../targets';
import { argumentOf, type EnvironmentJobs } from './environmentJobs';
import { actionsFor } from './serviceMenu';

/** Status, recycle and what else is done to a service that exists. */
export class ServiceCommands {
  constructor(
    private readonly services: ServiceStore,
    private readonly deployments: Deployments,
    private readonly targets: Targets,
    private readonly folders: FolderStates,
    private readonly jobs: EnvironmentJobs,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.services.refresh', () => this.refresh()),
      runner.register('flexservice.services.status', (call) => this.status(call)),
      runner.register('flexservice.services.recycle', (call) => this.recycle(call)),
      runner.register('flexservice.services.menu', () => this.menu()),
    ];
  }

  private async refresh(): Promise<void> {
    this.services.refresh();
    await this.folders.refresh();
  }

  private async status({ argument, byPerson }: Call<'flexservice.services.status'>) {
    const target = await this.targets.target(argument);
    const status = await this.services.fetchStatus(environmentKeyOf(target));
    if (byPerson) {
      void this.showStatus(target, lookOf(status).sentence);
    }
    return {
      ...status,
      service: { id: target.serviceId, name: target.serviceName },
      environment: { id: target.environmentId, name: target.environmentName },
    };
  }

  private async showStatus(target: NamedTarget, sentence: string): Promise<void> {
    const showLogs = vscode.l10n.t('Show Service Logs');
    const text = `${target.serviceName} · ${target.environmentName}. ${sentence}.`;
    if ((await vscode.window.showInformationMessage(text, showLogs)) === showLogs) {
      await runForPerson('flexservice.logs.follow', argumentOf(target));
    }
  }

  private async recycle({ argument }: Call<'flexservice.services.recycle'>) {
    const target = await this.targets.target(argument);
    const { serviceName, environmentName } = target;
    const result = await this.jobs.run({
      target,
      title: vscode.l10n.t('Recycle {0} · {1}', serviceName, environmentName),
      ask: async () => {
        if (argument.confirm !== true) {
          await confirm(
            vscode.l10n.t('Recycle {0} · {1}?', serviceName, environmentName),
            vscode.l10n.t('The service will be down for a while: a few seconds to a few minutes.'),
            vscode.l10n.t('Recycle'),
          );
        }
      },
      run: (full, signal, onEvent) => this.deployments.recycle(full, signal, onEvent),
    });
    vscode.window.setStatusBarMessage(recycled(result.outcome, serviceName), 5_000);
    return { job: result.job };
  }

  private async menu(): Promise<void> {
    const { current } = this.folders;
    const chosen = await pick(actionsFor(current), {
      title: 'FlexService',
      placeholder: vscode.l10n.t('What do you want to do?'),
    });
    await runForPerson(chosen, current ? { folder: current.folder } : {});
  }
}

function recycled(outcome: string, serviceName: string): string {
  return outcome === 'online'
    ? vscode.l10n.t('$(pass) {0} was recycled', serviceName)
    : vscode.l10n.t('{0} goes on recycling at the instance', serviceName);
}
