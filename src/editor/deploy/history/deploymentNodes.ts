import * as vscode from 'vscode';
import { accountOfId } from '../../../core/accounts/account';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import { instanceLabel } from '../../../core/kinvey/instances';
import type { DeploymentArgument } from '../../contributions';
import type { CommandNode } from '../../personalArgument';
import { iconOf, shortTime, titleOf, tooltipOf, wordOf } from './deploymentText';

const colorOf: Partial<Record<NonNullable<DeploymentRecord['outcome']>, vscode.ThemeColor>> = {
  online: new vscode.ThemeColor('testing.iconPassed'),
  failed: new vscode.ThemeColor('testing.iconFailed'),
};

/** A deployment or recycle that is over: a short row, and the rest on hover. */
export class DeploymentNode extends vscode.TreeItem implements CommandNode {
  readonly commandArgument: DeploymentArgument;

  constructor(record: DeploymentRecord) {
    const { folder, version, job, outcome, startedAt, note } = record;
    super(titleOf(record));
    this.commandArgument = { folder, version, job };
    const facts = [wordOf(outcome), shortTime(startedAt), note];
    this.description = facts.filter(Boolean).join(' · ');
    this.iconPath = new vscode.ThemeIcon(iconOf(outcome), colorOf[outcome ?? 'unknown']);
    this.tooltip = tooltipOf(record);
    this.contextValue = contextOf(record);
    if (record.startupError) {
      const title = vscode.l10n.t('Show Startup Error');
      this.command = { command: 'flexservice.deploy.failure', title, arguments: [this] };
    }
  }
}

/** What the folder brought into another environment, before it was bound anew. */
export class ElsewhereNode extends vscode.TreeItem {
  constructor(
    { serviceName, environmentName, accountId }: DeploymentRecord,
    readonly records: readonly DeploymentRecord[],
  ) {
    super(`${serviceName} · ${environmentName}`, vscode.TreeItemCollapsibleState.Collapsed);
    const { instance } = accountOfId(accountId) ?? {};
    const facts = [vscode.l10n.t('earlier'), instance && instanceLabel(instance)];
    this.description = facts.filter(Boolean).join(' · ');
    this.tooltip = vscode.l10n.t('Deployed from this folder while it was bound to it');
    this.iconPath = new vscode.ThemeIcon('history');
    this.contextValue = 'elsewhere';
  }
}

/** What menus ask: only a deploy has a version, and what is not kept cannot be brought back. */
function contextOf({ kind, copy, startupError }: DeploymentRecord): string {
  const words = [
    'job',
    kind === 'deploy' && 'deployment',
    kind === 'deploy' && copy === 'kept' && 'kept',
    startupError && 'unstarted',
  ];
  return words.filter(Boolean).join(' ');
}
