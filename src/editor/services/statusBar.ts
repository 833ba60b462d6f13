import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { DeploymentRecord } from '../../core/deploy/history/deploymentRecord';
import type { DeploymentStore } from '../../core/deploy/history/deploymentStore';
import type { RunningDeployments } from '../../core/deploy/watch/runningDeployments';
import type { EnvironmentKey, ServiceStore } from '../../core/services/serviceStore';
import { statusBarLook, type StatusBarLook } from '../../core/services/statusBarLook';
import { environmentKeyOf, textOfKey } from '../../core/services/environmentKey';
import type { StatusPoller } from '../../core/services/statusPoller';
import { statusBarId } from '../contributions';
import type { FolderState, FolderStates } from '../folderStates';

/** The one status bar item: where the current folder deploys to and how that is. */
export class StatusBar implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly item: vscode.StatusBarItem;
  private watched: { text: string; watch: Disposable } | undefined;

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
    this.watch(current?.target && environmentKeyOf(current.target));
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
      return statusBarLook({
        serviceName: target.serviceName,
        environmentName: target.environmentName,
        status: this.services.knownStatus(environmentKeyOf(target)),
        running: this.running.get(folder),
        last: this.lastOf(folder, target.environmentId),
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

  /** What was done to another environment, before the folder was bound anew, is no news of this one. */
  private lastOf(folder: string, environmentId: string): DeploymentRecord | undefined {
    const last = this.deployments.last(folder);
    return last?.environmentId === environmentId ? last : undefined;
  }

  /** Polls the shown environment, and none else. */
  private watch(key: EnvironmentKey | undefined): void {
    const text = key && textOfKey(key);
    if (text === this.watched?.text) {
      return;
    }
    this.watched?.watch.dispose();
    this.watched = key && text ? { text, watch: this.poller.watch(key) } : undefined;
  }
}

const backgroundOf = {
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
};
