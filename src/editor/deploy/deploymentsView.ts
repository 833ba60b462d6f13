import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { DeploymentStore } from '../../core/deploy/deploymentStore';
import type { RunningDeployments } from '../../core/deploy/runningDeployments';
import { views } from '../contributions';
import type { FolderState, FolderStates } from '../folderStates';
import { DeploymentNode, RunningNode } from './deploymentNodes';

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
    if (item instanceof RunningNode) {
      return item.phases;
    }
    const bound = this.folders.all.filter(({ binding }) => binding.kind !== 'unbound');
    return bound.map((state) => new BoundFolderNode(state));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private jobsOf(folder: string): vscode.TreeItem[] {
    const running = this.running.phases(folder);
    const history = this.records.history(folder);
    if (running.length > 0) {
      const over = history.filter(({ outcome }) => outcome !== undefined);
      return [new RunningNode(running), ...over.map((record) => new DeploymentNode(record))];
    }
    return history.length > 0
      ? history.map((record) => new DeploymentNode(record))
      : [new vscode.TreeItem(vscode.l10n.t('Not deployed from here yet'))];
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
