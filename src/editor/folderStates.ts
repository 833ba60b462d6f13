import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { AccountStore } from '../core/accounts/accountStore';
import { DisposableStore, type Disposable } from '../core/base/disposable';
import { Emitter } from '../core/base/event';
import type { Log } from '../core/base/log';
import { messageOf } from '../core/base/errors';
import type { BindingState, Target, TargetResolver } from '../core/project/targetResolver';
import { tellF5, tellFolders } from './folderContext';
import { watchFolderFiles } from './folderFiles';
import { activeFolder, flexFolders, localFolders } from './targets';

const retryMs = 30_000;

/** What is known of one folder of the window; the environment's name comes over the wire later. */
export interface FolderState {
  readonly folder: string;
  readonly flex: boolean;
  readonly binding: BindingState;
  readonly target?: Target;
  /** Why the binding could not be read or its environment not be named. */
  readonly problem?: string;
}

/**
 * The folders of this window: which are Flex services and what they are bound to. Follows
 * package.json, .kinvey, launch configurations, accounts and the active editor.
 */
export class FolderStates implements Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly owned = new DisposableStore();
  private states: readonly FolderState[] = [];
  private retry: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly accounts: AccountStore,
    private readonly resolver: TargetResolver,
    private readonly log: Log,
  ) {
    this.owned.add(this.changed);
    this.owned.add(accounts.onDidChange(() => this.refreshQuietly()));
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.refreshQuietly()));
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('launch')) {
          this.refreshQuietly();
        }
      }),
    );
    this.owned.add(vscode.window.onDidChangeActiveTextEditor(() => this.followEditor()));
    this.owned.add(vscode.window.tabGroups.onDidChangeTabs(() => this.followEditor()));
    this.owned.add(vscode.window.tabGroups.onDidChangeTabGroups(() => this.followEditor()));
    for (const name of ['package.json', '.kinvey']) {
      this.owned.add(watchFolderFiles(name, () => this.refreshQuietly()));
    }
  }

  get all(): readonly FolderState[] {
    return this.states;
  }

  /** The folder that the status bar speaks of: the active editor's, else the first bound one. */
  get current(): FolderState | undefined {
    const active = activeFolder();
    const flex = this.states.filter((state) => state.flex || state.binding.kind !== 'unbound');
    return (
      flex.find(({ folder }) => folder === active) ??
      flex.find(({ binding }) => binding.kind === 'bound') ??
      flex[0]
    );
  }

  /** The folder of the window that is bound to this service environment. */
  boundTo(environmentId: string): string | undefined {
    return this.states.find(({ target }) => target?.environmentId === environmentId)?.folder;
  }

  async bindingOf(folder: string): Promise<BindingState> {
    return this.resolver.bindingOf(folder);
  }

  /** A folder was bound to (or, undefined, unbound from) an account's service. */
  async bound(folder: string, accountId: string | undefined): Promise<void> {
    await this.resolver.remember(folder, accountId);
    await this.refresh();
  }

  /** Reads everything again; calls that come meanwhile share one further round. */
  async refresh(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.readUntilQuiet().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Where nobody waits for it. */
  private refreshQuietly(): void {
    this.refresh().catch((error: unknown) => this.log.error(`folders: ${messageOf(error)}`));
  }

  dispose(): void {
    clearTimeout(this.retry);
    this.owned.dispose();
  }

  private followEditor(): void {
    void tellF5(this.states);
    this.changed.fire();
  }

  private async readUntilQuiet(): Promise<void> {
    await this.read();
    while (this.takeAgain()) {
      await this.read();
    }
  }

  private takeAgain(): boolean {
    const { again } = this;
    this.again = false;
    return again;
  }

  private async read(): Promise<void> {
    const flex = new Set(await flexFolders());
    const local = await Promise.all(
      localFolders().map((folder) => this.readLocal(folder, flex.has(folder))),
    );
    this.accept(local.map((state) => this.withKnownTarget(state)));
    await tellFolders(this.states, (await this.accounts.list()).length > 0);
    this.accept(await Promise.all(local.map((state) => this.withTarget(state))));
    this.retryLater();
  }

  /** An instance that could not be reached may be there again; asked for while somebody looks. */
  private retryLater(): void {
    clearTimeout(this.retry);
    const isMissing = this.states.some(
      ({ binding, target }) => binding.kind === 'bound' && !target,
    );
    if (isMissing) {
      const ask = () => (vscode.window.state.focused ? this.refreshQuietly() : this.retryLater());
      this.retry = setTimeout(ask, retryMs);
    }
  }

  private async readLocal(folder: string, flex: boolean): Promise<FolderState> {
    try {
      return { folder, flex, binding: await this.resolver.bindingOf(folder) };
    } catch (error) {
      this.log.warn(`binding: ${messageOf(error)}`);
      return { folder, flex, binding: { kind: 'unbound' }, problem: messageOf(error) };
    }
  }

  /** A binding that did not change goes on meaning what it meant until it is asked for anew. */
  private withKnownTarget(state: FolderState): FolderState {
    const known = this.states.find(({ folder }) => folder === state.folder);
    const isSame = isDeepStrictEqual(known?.binding, state.binding);
    return isSame ? { ...state, target: known?.target } : state;
  }

  private async withTarget(state: FolderState): Promise<FolderState> {
    if (state.binding.kind !== 'bound') {
      return state;
    }
    try {
      return { ...state, target: await this.resolver.resolve(state.folder) };
    } catch (error) {
      this.log.warn(`binding: ${messageOf(error)}`);
      return { ...state, problem: messageOf(error) };
    }
  }

  private accept(states: readonly FolderState[]): void {
    this.states = states;
    this.changed.fire();
  }
}
