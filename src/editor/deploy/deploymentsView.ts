import path from 'node:path';
import * as vscode from 'vscode';
import { accountOfId } from '../../core/accounts/account';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { DeploymentRecord, DeploymentStore } from '../../core/deploy/deploymentStore';
import type { RunningDeployments } from '../../core/deploy/runningDeployments';
import { views } from '../contributions';
import type { FolderState, FolderStates } from '../folderStates';

/** What was brought into the environments of each bound folder, and what is under way on top. */
export class DeploymentsView implements vscode.TreeDataProvider<vscode.TreeItem>, Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly owned = new DisposableStore();

  constructor(
    private readonly folders: FolderStates,
    private readonly records: DeploymentStore,
    private readonly running: RunningDeployments,
  ) {
    this.owned.add(this.changed);
    this.owned.add(vscode.window.createTreeView(views.deployments, { treeDataProvider: this }));
    for (const source of [folders, records, running]) {
      this.owned.add(source.onDidChange(() => this.changed.fire(undefined)));
    }
  }

  getTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }

  getChildren(item?: vscode.TreeItem): vscode.TreeItem[] {
    if (item instanceof BoundFolderNode) {
      return this.jobsOf(item.folder);
    }
    const bound = this.folders.all.filter(({ binding }) => binding.kind !== 'unbound');
    return bound.map((state) => new BoundFolderNode(state));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private jobsOf(folder: string): vscode.TreeItem[] {
    const running = this.running.get(folder);
    const history = this.records.history(folder);
    if (running) {
      const node = jobNode(running.message, undefined, new vscode.ThemeIcon('sync~spin'));
      const over = history.filter(({ outcome }) => outcome !== undefined);
      return [node, ...over.map(recordNode)];
    }
    return history.length > 0
      ? history.map(recordNode)
      : [jobNode(vscode.l10n.t('Not deployed from here yet'))];
  }
}

class BoundFolderNode extends vscode.TreeItem {
  readonly folder: string;
  readonly commandArgument: { folder: string };

  constructor({ folder, target, binding, problem }: FolderState) {
    const section = binding.kind === 'unbound' ? undefined : binding.section;
    const service = target?.serviceName ?? section?.serviceName ?? path.basename(folder);
    super(
      target ? `${service} · ${target.environmentName}` : service,
      vscode.TreeItemCollapsibleState.Expanded,
    );
    this.folder = folder;
    this.commandArgument = { folder };
    this.description = problem ?? path.basename(folder);
    this.tooltip = problem ?? folder;
    this.iconPath = new vscode.ThemeIcon(problem === undefined ? 'link' : 'warning');
    this.contextValue = binding.kind === 'bound' ? 'folder bound' : 'folder';
  }
}

const lookOf = {
  online: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  cancelled: new vscode.ThemeIcon('circle-slash'),
  unknown: new vscode.ThemeIcon('question'),
} as const;

function recordNode(record: DeploymentRecord): vscode.TreeItem {
  const { kind, version, outcome, startedAt } = record;
  const what = kind === 'deploy' ? (version ?? '') : vscode.l10n.t('Recycle');
  const when = new Date(startedAt).toLocaleString(undefined, {
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const icon = lookOf[outcome ?? 'unknown'];
  const node = jobNode(what, `${wordOf(outcome)} · ${when}`, icon);
  node.tooltip = tooltipOf(record);
  return node;
}

function emailOf(accountId: string): string {
  return accountOfId(accountId)?.email ?? accountId;
}

/** Where, by whom, how long, and what there is to say about it. */
function tooltipOf({ serviceName, environmentName, accountId, ...record }: DeploymentRecord) {
  const { startedAt, endedAt, job, reason } = record;
  const seconds = Math.round((Date.parse(endedAt ?? '') - Date.parse(startedAt)) / 1000);
  return [
    vscode.l10n.t('{0} · {1}, by {2}', serviceName, environmentName, emailOf(accountId)),
    endedAt && vscode.l10n.t('Took {0} s', seconds),
    job && vscode.l10n.t('Job {0}', job),
    reason,
  ]
    .filter(Boolean)
    .join('\n');
}

function wordOf(outcome: DeploymentRecord['outcome']): string {
  switch (outcome) {
    case 'online':
      return vscode.l10n.t('online');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'cancelled':
      return vscode.l10n.t('not watched to its end');
    case 'unknown':
    case undefined:
      return vscode.l10n.t('outcome not known');
  }
}

function jobNode(label: string, description?: string, icon?: vscode.ThemeIcon): vscode.TreeItem {
  const node = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  node.description = description;
  node.iconPath = icon;
  node.contextValue = 'job';
  return node;
}
