import * as vscode from 'vscode';
import type { DeployEvent, DeployPhase } from '../../../core/deploy/deployment';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import { titleOf } from './deploymentText';

/** What is under way, with its phases below. */
export class RunningNode extends vscode.TreeItem {
  readonly phases: vscode.TreeItem[];

  /**
   * The phases so far, the present one last; the record is there once something is sent. Where it
   * goes is told only where that is elsewhere.
   */
  constructor(
    events: readonly DeployEvent[],
    readonly record?: DeploymentRecord,
    isElsewhere = false,
  ) {
    const message = events.at(-1)?.message ?? '';
    super(record ? titleOf(record) : message, vscode.TreeItemCollapsibleState.Expanded);
    const where = record && isElsewhere && `${record.serviceName} · ${record.environmentName}`;
    this.description = [where, record && message].filter(Boolean).join(': ');
    this.tooltip = message;
    this.iconPath = new vscode.ThemeIcon('sync~spin');
    this.contextValue = 'job';
    this.phases = events.map((event, index) => phaseNode(event, index === events.length - 1));
  }
}

const phaseWords: Record<DeployPhase, string> = {
  preparing: vscode.l10n.t('Prepare'),
  uploading: vscode.l10n.t('Upload'),
  building: vscode.l10n.t('Build and start'),
  done: vscode.l10n.t('Done'),
};

function phaseNode({ phase, fraction }: DeployEvent, isPresent: boolean): vscode.TreeItem {
  const node = new vscode.TreeItem(phaseWords[phase]);
  node.description = isPresent && fraction !== undefined ? `${Math.floor(fraction * 100)}%` : '';
  node.iconPath = new vscode.ThemeIcon(isPresent ? 'loading~spin' : 'check');
  return node;
}
