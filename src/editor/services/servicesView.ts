import * as vscode from 'vscode';
import type { Account } from '../../core/accounts/account';
import type { AccountStore } from '../../core/accounts/accountStore';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { EnvironmentKey, ServiceStore } from '../../core/services/serviceStore';
import { environmentKeyOf, textOfKey } from '../../core/services/environmentKey';
import type { StatusPoller } from '../../core/services/statusPoller';
import { views } from '../contributions';
import type { FolderStates } from '../folderStates';
import {
  AccountNode,
  EnvironmentNode,
  NoteNode,
  OrganizationNode,
  ProblemNode,
  ServiceNode,
  type ServicesNode,
} from './serviceNodes';

/** The tree of organizations, services and environments; polls what is shown while it is shown. */
export class ServicesView implements vscode.TreeDataProvider<ServicesNode>, Disposable {
  private readonly changed = new vscode.EventEmitter<ServicesNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly owned = new DisposableStore();
  private readonly view: vscode.TreeView<ServicesNode>;
  private readonly shown = new Map<string, EnvironmentNode>();
  private readonly watches = new Map<string, Disposable>();
  /** What was bound when the tree was last drawn. */
  private bound = '[]';

  constructor(
    private readonly accounts: AccountStore,
    private readonly services: ServiceStore,
    private readonly poller: StatusPoller,
    private readonly folders: FolderStates,
  ) {
    this.owned.add(this.changed);
    this.view = this.owned.add(
      vscode.window.createTreeView(views.services, {
        treeDataProvider: this,
        showCollapseAll: true,
      }),
    );
    this.owned.add(this.view.onDidChangeVisibility(() => this.watchShown()));
    this.owned.add(accounts.onDidChange(() => this.redraw()));
    this.owned.add(folders.onDidChange(() => this.redrawBound()));
    this.owned.add(
      services.onDidChange((change) =>
        change.kind === 'status' ? this.redrawStatus(change.key) : this.redraw(),
      ),
    );
  }

  getTreeItem(node: ServicesNode): vscode.TreeItem {
    return node;
  }

  async getChildren(node?: ServicesNode): Promise<ServicesNode[]> {
    try {
      return await this.childrenOf(node);
    } catch (error) {
      return [new ProblemNode(error)];
    }
  }

  dispose(): void {
    for (const watch of this.watches.values()) {
      watch.dispose();
    }
    this.owned.dispose();
  }

  private async childrenOf(node: ServicesNode | undefined): Promise<ServicesNode[]> {
    if (!node) {
      return this.roots();
    }
    if (node instanceof AccountNode) {
      return this.organizationsOf(node.account);
    }
    if (node instanceof OrganizationNode) {
      return this.servicesOf(node);
    }
    return node instanceof ServiceNode ? this.environmentsOf(node) : [];
  }

  /** With one account its organizations are the roots; several are told apart. */
  private async roots(): Promise<ServicesNode[]> {
    const known = await this.accounts.list();
    const [only] = known;
    return known.length === 1 && only
      ? this.organizationsOf(only)
      : known.map((account) => new AccountNode(account));
  }

  private async organizationsOf(account: Account): Promise<ServicesNode[]> {
    const all = await this.services.organizations(account.id);
    return all.length > 0
      ? all.map((organization) => new OrganizationNode(account, organization))
      : [new NoteNode(vscode.l10n.t('No organization: ask its owner to invite you.'))];
  }

  private async servicesOf({ account, organization }: OrganizationNode): Promise<ServicesNode[]> {
    const all = await this.services.services(account.id, organization.id);
    const bound = new Set(this.folders.all.map(({ target }) => target?.serviceId));
    return all.length > 0
      ? all.map((service) => new ServiceNode(account, organization, service, bound.has(service.id)))
      : [noServices()];
  }

  private async environmentsOf(parent: ServiceNode): Promise<ServicesNode[]> {
    const all = await this.services.environments(parent.account.id, parent.service.id);
    const nodes = all.map((environment) => this.environmentNode(parent, environment));
    this.watchShown();
    return nodes.length > 0 ? nodes : [new NoteNode(vscode.l10n.t('No environment'))];
  }

  private environmentNode(parent: ServiceNode, environment: EnvironmentNode['environment']) {
    const key = {
      accountId: parent.account.id,
      serviceId: parent.service.id,
      environmentId: environment.id,
    };
    const node = new EnvironmentNode(parent, environment, {
      known: this.services.knownStatus(key),
      folder: this.folderBoundTo(key),
    });
    this.shown.set(textOfKey(key), node);
    return node;
  }

  private folderBoundTo(key: EnvironmentKey): string | undefined {
    return this.folders.all.find(
      ({ target }) =>
        target?.account.id === key.accountId && target.environmentId === key.environmentId,
    )?.folder;
  }

  private redraw(): void {
    this.shown.clear();
    this.watchShown();
    this.changed.fire(undefined);
  }

  /** A node is redrawn through its service: tree items are what they were made as. */
  private redrawStatus(key: EnvironmentKey): void {
    const node = this.shown.get(textOfKey(key));
    if (node) {
      this.changed.fire(node.parent);
    }
  }

  private redrawBound(): void {
    const bound = JSON.stringify(
      this.folders.all.map(({ folder, target }) => [
        folder,
        target && textOfKey(environmentKeyOf(target)),
      ]),
    );
    if (bound !== this.bound) {
      this.bound = bound;
      this.redraw();
    }
  }

  /** Polls exactly the environments that are drawn, and none while the view is hidden. */
  private watchShown(): void {
    const wanted = this.view.visible ? this.shown : new Map<string, EnvironmentNode>();
    for (const [text, watch] of this.watches) {
      if (!wanted.has(text)) {
        watch.dispose();
        this.watches.delete(text);
      }
    }
    for (const [text, { key }] of wanted) {
      if (!this.watches.has(text)) {
        this.watches.set(text, this.poller.watch(key));
      }
    }
  }
}

function noServices(): NoteNode {
  return new NoteNode(vscode.l10n.t('No Flex service yet: create one'), {
    command: 'flexservice.services.create',
    title: vscode.l10n.t('Create Service'),
  });
}
