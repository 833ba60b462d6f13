import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { LocalRun, LocalRuns } from '../../core/handlers/localRuns';
import { views, type InvokeArgument } from '../contributions';

type Kind = NonNullable<InvokeArgument['kind']>;

/** The handlers that the running service reports, grouped by kind. */
export class HandlersView implements vscode.TreeDataProvider<vscode.TreeItem>, Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly owned = new DisposableStore();
  private readonly view: vscode.TreeView<vscode.TreeItem>;

  constructor(private readonly runs: LocalRuns) {
    this.owned.add(this.changed);
    this.view = this.owned.add(
      vscode.window.createTreeView(views.handlers, { treeDataProvider: this }),
    );
    this.owned.add(runs.onDidChange(() => this.update()));
  }

  getTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }

  getChildren(item?: vscode.TreeItem): vscode.TreeItem[] {
    if (item instanceof GroupNode) {
      return item.names.map((name) => new HandlerNode(item.run, item.kind, name));
    }
    if (item instanceof FolderNode) {
      return groupsOf(item.run);
    }
    const ready = this.runs.all.filter(({ state }) => state === 'ready');
    const [only] = ready;
    return ready.length === 1 && only ? groupsOf(only) : ready.map((run) => new FolderNode(run));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private update(): void {
    const [run] = this.runs.all;
    this.view.description =
      run?.state === 'ready' ? vscode.l10n.t('on port {0}', run.port) : undefined;
    this.changed.fire(undefined);
  }
}

class FolderNode extends vscode.TreeItem {
  constructor(readonly run: LocalRun) {
    super(path.basename(run.folder), vscode.TreeItemCollapsibleState.Expanded);
    this.description = String(run.port);
    this.iconPath = new vscode.ThemeIcon('folder');
  }
}

class GroupNode extends vscode.TreeItem {
  constructor(
    readonly run: LocalRun,
    readonly kind: Kind,
    label: string,
    readonly names: readonly string[],
  ) {
    super(label, vscode.TreeItemCollapsibleState.Expanded);
    this.description = String(names.length);
    this.iconPath = new vscode.ThemeIcon(iconOf[kind]);
  }
}

class HandlerNode extends vscode.TreeItem {
  readonly commandArgument: InvokeArgument;

  constructor(run: LocalRun, kind: Kind, name: string) {
    super(name, vscode.TreeItemCollapsibleState.None);
    this.commandArgument = { folder: run.folder, kind, name };
    this.contextValue = `handler ${kind}`;
    this.tooltip = vscode.l10n.t('Click to send a request to {0}', name);
    this.command = {
      command: 'flexservice.handlers.invoke',
      title: vscode.l10n.t('Invoke Handler'),
      arguments: [this],
    };
  }
}

const iconOf: Record<Kind, string> = {
  data: 'database',
  function: 'symbol-function',
  auth: 'key',
};

/** Stands for the handlers of a service that tells none, or could not. */
function noHandlers(): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('The service tells no handlers'));
  item.tooltip = vscode.l10n.t('Refresh asks it again.');
  item.iconPath = new vscode.ThemeIcon('info');
  return item;
}

function groupsOf(run: LocalRun): vscode.TreeItem[] {
  const discovery = run.discovery ?? { dataObjects: [], functions: [], auth: [] };
  const groups = [
    new GroupNode(run, 'data', vscode.l10n.t('Data Objects'), discovery.dataObjects),
    new GroupNode(run, 'function', vscode.l10n.t('Functions'), discovery.functions),
    new GroupNode(run, 'auth', vscode.l10n.t('Auth Handlers'), discovery.auth),
  ];
  const filled = groups.filter(({ names }) => names.length > 0);
  return filled.length > 0 ? filled : [noHandlers()];
}
