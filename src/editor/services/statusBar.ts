import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { DeploymentStore } from '../../core/deploy/deploymentStore';
import type { RunningDeployments } from '../../core/deploy/runningDeployments';
import type { EnvironmentKey, ServiceStore } from '../../core/services/serviceStore';
import { statusBarLook, type StatusBarLook } from '../../core/services/statusBarLook';
import type { StatusPoller } from '../../core/services/statusPoller';
import { statusBarId } from '../contributions';
import type { FolderState, FolderStates } from '../folderStates';

/** The one status bar item: where the current folder deploys to and how that is. */
export class StatusBar implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly item: vscode.StatusBarItem;
  private watched: { key: EnvironmentKey; watch: Disposable } | undefined;

  constructor(
    private readonly folders: FolderStates,
    private readonly services: ServiceStore,
    private readonly poller: StatusPoller,
    private readonly deployments: DeploymentStore,
    private readonly running: RunningDeployments,
  ) {
    this.item = this.owned.add(
      vscode.window.createStatusBarItem(statusBarId, vscode.StatusBarAlignment.Left, 10),
    );
    this.item.name = 'FlexService';
    this.item.command = 'flexservice.services.menu';
    for (const changed of [folders, services, deployments, running]) {
      this.owned.add(changed.onDidChange(() => this.update()));
    }
  }

  dispose(): void {
    this.watched?.watch.dispose();
    this.owned.dispose();
  }

  private update(): void {
    const current = this.folders.current;
    this.watch(keyOf(current));
    const look = current && this.lookOf(current);
    if (!look) {
      this.item.hide();
      return;
    }
    this.item.text = look.text;
    this.item.tooltip = look.tooltip;
    this.item.accessibilityInformation = { label: look.tooltip };
    this.item.backgroundColor = look.background && backgroundOf[look.background];
    this.item.show();
  }

  private lookOf(current: FolderState): StatusBarLook {
    const { folder, target, binding, problem } = current;
    if (target) {
      const key = keyOf(current);
      return statusBarLook({
        serviceName: target.serviceName,
        environmentName: target.environmentName,
        status: key && this.services.knownStatus(key),
        running: this.running.get(folder),
        last: this.deployments.last(folder),
      });
    }
    const name = path.basename(folder);
    if (problem !== undefined) {
      return { text: `$(warning) ${name}`, tooltip: problem, background: 'warning' };
    }
    if (binding.kind === 'unbound') {
      return {
        text: vscode.l10n.t('$(link) {0}: not bound', name),
        tooltip: vscode.l10n.t('{0} is not bound to a service environment yet.', name),
      };
    }
    if (binding.kind === 'signedOut') {
      return {
        text: vscode.l10n.t('$(account) {0}: signed out', binding.section.serviceName ?? name),
        tooltip: vscode.l10n.t('Sign in to see the status of this service.'),
      };
    }
    return {
      text: `$(cloud) ${binding.section.serviceName ?? name}`,
      tooltip: vscode.l10n.t('Asking for the service…'),
    };
  }

  /** Polls the shown environment, and none else. */
  private watch(key: EnvironmentKey | undefined): void {
    if (key && this.watched && sameKey(key, this.watched.key)) {
      return;
    }
    this.watched?.watch.dispose();
    this.watched = key && { key, watch: this.poller.watch(key) };
  }
}

const backgroundOf = {
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
};

function keyOf(state: FolderState | undefined): EnvironmentKey | undefined {
  const target = state?.target;
  return (
    target && {
      accountId: target.account.id,
      serviceId: target.serviceId,
      environmentId: target.environmentId,
    }
  );
}

function sameKey(one: EnvironmentKey, other: EnvironmentKey): boolean {
  return (
    one.accountId === other.accountId &&
    one.serviceId === other.serviceId &&
    one.environmentId === other.environmentId
  );
}
