import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { isAppError, messageOf } from '../../core/base/errors';
import {
  bundleLimit,
  planBundle,
  type BundlePlan,
  type ExcludedPath,
} from '../../core/project/bundlePlan';
import { bundleTree, type BundleNode } from '../../core/project/bundleTree';
import { formatBytes } from '../../core/deploy/deployMessages';
import { views } from '../contributions';
import type { FolderStates } from '../folderStates';
import { settings } from '../settings';

/** A burst of changes, such as a checkout, is one. */
const quietMs = 300;
const meterWidth = 10;

/** What a deploy of the folder would send and what not, and how much of the limit it takes. */
export class BundleView implements vscode.TreeDataProvider<vscode.TreeItem>, Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly owned = new DisposableStore();
  private readonly tree: vscode.TreeView<vscode.TreeItem>;
  private watcher: vscode.FileSystemWatcher | undefined;
  private later: NodeJS.Timeout | undefined;

  constructor(private readonly folders: FolderStates) {
    this.owned.add(this.changed);
    const options = { treeDataProvider: this, showCollapseAll: true };
    this.tree = this.owned.add(vscode.window.createTreeView(views.bundle, options));
    this.owned.add(this.tree.onDidChangeVisibility(({ visible }) => this.watch(visible)));
    this.owned.add(folders.onDidChange(() => this.readSoon()));
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('flexservice.deploy')) this.readSoon();
      }),
    );
  }

  getTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }

  async getChildren(item?: vscode.TreeItem): Promise<vscode.TreeItem[]> {
    if (item instanceof ParentItem) {
      return item.children();
    }
    const folder = this.folders.current?.folder;
    this.tree.message = undefined;
    return folder === undefined ? [] : this.read(folder);
  }

  dispose(): void {
    clearTimeout(this.later);
    this.watcher?.dispose();
    this.owned.dispose();
  }

  private async read(folder: string): Promise<vscode.TreeItem[]> {
    try {
      const plan = await planBundle(folder, { asCli: settings.isCliBundleWanted(folder) });
      this.tree.description = path.basename(folder);
      this.tree.message = meterOf(plan);
      return itemsOf(plan);
    } catch (error) {
      if (!isAppError(error)) throw error;
      this.tree.message = messageOf(error);
      return [];
    }
  }

  /** Nobody looks at a hidden view: its files are not watched. */
  private watch(visible: boolean): void {
    this.watcher?.dispose();
    this.watcher = undefined;
    if (visible) {
      this.watcher = vscode.workspace.createFileSystemWatcher('**/*');
      for (const event of [
        this.watcher.onDidCreate,
        this.watcher.onDidChange,
        this.watcher.onDidDelete,
      ]) {
        event(() => this.readSoon());
      }
      this.readSoon();
    }
  }

  private readSoon(): void {
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      if (this.tree.visible) this.changed.fire(undefined);
    }, quietMs);
  }
}

/** A row that can be opened. */
class ParentItem extends vscode.TreeItem {
  constructor(
    label: string,
    readonly children: () => vscode.TreeItem[],
  ) {
    super(label, vscode.TreeItemCollapsibleState.Collapsed);
  }
}

/** `▮▮▮▯▯▯▯▯▯▯ 3.1 MB of 10.0 MB, 34 files` */
function meterOf({ tarBytes, files }: BundlePlan): string {
  const full = Math.min(meterWidth, Math.ceil((tarBytes / bundleLimit) * meterWidth));
  const meter = '▮'.repeat(full) + '▯'.repeat(meterWidth - full);
  const [size, limit] = [formatBytes(tarBytes), formatBytes(bundleLimit)];
  return tarBytes > bundleLimit
    ? vscode.l10n.t(
        '{0} {1}, {2} files: too large, the limit is {3}',
        meter,
        size,
        files.length,
        limit,
      )
    : vscode.l10n.t('{0} {1} of {2}, {3} files', meter, size, limit, files.length);
}

function itemsOf(plan: BundlePlan): vscode.TreeItem[] {
  const { folder, excluded } = plan;
  const sent = bundleTree(plan).map((node) => sentItem(folder, node));
  return excluded.length > 0 ? [...sent, leftOutItem(folder, excluded)] : sent;
}

function sentItem(folder: string, node: BundleNode): vscode.TreeItem {
  const { name, children, files, tarBytes } = node;
  const uri = vscode.Uri.file(path.join(folder, node.path));
  const size = formatBytes(tarBytes);
  if (!children) {
    return fileItem(name, uri, size);
  }
  const item = new ParentItem(name, () => children.map((child) => sentItem(folder, child)));
  item.description = vscode.l10n.t('{0}, {1} files', size, files);
  item.iconPath = vscode.ThemeIcon.Folder;
  item.resourceUri = uri;
  return item;
}

function leftOutItem(folder: string, excluded: readonly ExcludedPath[]): vscode.TreeItem {
  const item = new ParentItem(vscode.l10n.t('Left Out'), () =>
    excluded.map(({ path: name, rule, obstacle }) => {
      const uri = vscode.Uri.file(path.join(folder, name));
      const why = rule === name ? vscode.l10n.t('always left out') : rule;
      const left = fileItem(name, uri, why);
      if (obstacle) left.iconPath = new vscode.ThemeIcon('warning');
      // It may be a directory, which no editor opens.
      left.command = { command: 'revealInExplorer', title: '', arguments: [uri] };
      return left;
    }),
  );
  item.description = String(excluded.length);
  item.iconPath = new vscode.ThemeIcon('exclude');
  return item;
}

function fileItem(label: string, uri: vscode.Uri, description: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.resourceUri = uri;
  item.iconPath = vscode.ThemeIcon.File;
  item.tooltip = `${uri.fsPath}\n${description}`;
  item.command = { command: 'vscode.open', title: '', arguments: [uri] };
  return item;
}
