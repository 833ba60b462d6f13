import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../core/base/disposable';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import { ownName, type RunningDeployments } from '../../../core/deploy/watch/runningDeployments';
import { views } from '../../contributions';
import type { FolderState, FolderStates } from '../../folderStates';
import { DeploymentNode, ElsewhereNode } from './deploymentNodes';
import { RunningNode } from './runningNode';

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
      return this.jobsOf(item);
    }
    if (item instanceof RunningNode) {
      return item.phases;
    }
    if (item instanceof ElsewhereNode) {
      return item.records.map((record) => new DeploymentNode(record));
    }
    const bound = this.folders.all.filter(({ binding }) => binding.kind !== 'unbound');
    return bound.map((state) => new BoundFolderNode(state));
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** What goes on, what was deployed to where the folder is bound, and what to elsewhere. */
  private jobsOf({ folder, environmentId }: BoundFolderNode): vscode.TreeItem[] {
    const history = this.records.history(folder);
    const isHere = (record: DeploymentRecord) =>
      environmentId === undefined || record.environmentId === environmentId;
    const going = this.goingOn(folder, history, isHere);
    const shown = new Set(going.map(({ record }) => record));
    const over = history.filter((record) => !shown.has(record));
    const others = over.filter((record) => !isHere(record));
    const own = [...going, ...over.filter(isHere).map((record) => new DeploymentNode(record))];
    const groups = Map.groupBy(others, (record) => record.environmentId).values();
    const elsewhere = [...groups].flatMap(([first, ...more]) =>
      first ? [new ElsewhereNode(first, [first, ...more])] : [],
    );
    return [...(own.length > 0 ? own : [nothingYet()]), ...elsewhere];
  }

  /** The folder's job, and those beside it that an earlier window began. */
  private goingOn(
    folder: string,
    history: readonly DeploymentRecord[],
    isHere: (record: DeploymentRecord) => boolean,
  ): RunningNode[] {
    const phasesOf = (record: DeploymentRecord) => this.running.phases(ownName(record));
    const underWay = history.filter(({ outcome }) => outcome === undefined);
    const beside = underWay.filter((record) => phasesOf(record).length > 0);
    const phases = this.running.phases(folder);
    const own =
      this.records.pending.of(folder)?.record ??
      underWay.find((record) => isHere(record) && !beside.includes(record));
    return [
      ...(phases.length > 0 ? [new RunningNode(phases, own)] : []),
      ...beside.map((record) => new RunningNode(phasesOf(record), record, !isHere(record))),
    ];
  }
}

function nothingYet(): vscode.TreeItem {
  return new vscode.TreeItem(vscode.l10n.t('Not deployed from here yet'));
}

class BoundFolderNode extends vscode.TreeItem {
  readonly folder: string;
  readonly environmentId: string | undefined;
  readonly commandArgument: { folder: string };

  constructor({ folder, target, binding, problem }: FolderState) {
    const section = binding.kind === 'unbound' ? undefined : binding.section;
    const service = target?.serviceName ?? section?.serviceName ?? path.basename(folder);
    const label = target ? `${service} · ${target.environmentName}` : service;
    super(label, vscode.TreeItemCollapsibleState.Expanded);
    this.folder = folder;
    this.environmentId = target?.environmentId ?? section?.environmentId;
    this.commandArgument = { folder };
    this.description = problem ?? path.basename(folder);
    this.tooltip = `${label}\n${problem ?? folder}`;
    this.iconPath = new vscode.ThemeIcon(problem === undefined ? 'link' : 'warning');
    this.contextValue = binding.kind === 'bound' ? 'folder bound' : 'folder';
  }
}
