import path from 'node:path';
import * as vscode from 'vscode';
import type { Account } from '../core/accounts/account';
import type { AccountStore } from '../core/accounts/accountStore';
import { AppError } from '../core/base/errors';
import { instanceLabel } from '../core/kinvey/instances';
import { isFlexFolder } from '../core/project/manifest';
import type { Target, TargetResolver } from '../core/project/targetResolver';
import type { ServiceStore } from '../core/services/serviceStore';
import { pick, type Choice } from './ask';
import { chooseNamed } from './chooseNamed';
import type { FolderArgument, TargetArgument } from './contributions';

/** A service environment and how to reach it; `folder` where one is bound to it. */
export type NamedTarget = Omit<Target, 'folder'> & { folder?: string };

/** Finds out which folder, account or service environment a command is about; asks where unclear. */
export class Targets {
  constructor(
    private readonly accounts: AccountStore,
    private readonly resolver: TargetResolver,
    private readonly services: ServiceStore,
  ) {}

  /**
   * The given folder, else the only Flex folder, else that of the active editor, else asks. A window
   * without a Flex folder offers what it has: the command's own checks then say what is missing.
   */
  async folder(given?: string): Promise<string> {
    if (given !== undefined) {
      return path.resolve(given);
    }
    const flex = await flexFolders();
    const folders = flex.length > 0 ? flex : localFolders();
    const [only] = folders;
    if (only === undefined) {
      throw new AppError('noFolder', vscode.l10n.t('Open the folder of a Flex service first.'));
    }
    const active = activeFolder();
    const clear = folders.length === 1 ? only : folders.find((folder) => folder === active);
    return clear ?? askFolder(folders);
  }

  /**
   * The folder's target, or the one named by account, service and environment. Throws
   * `invalidInput` for an account or environment without the service: the bound one is not meant.
   */
  async target(argument: TargetArgument): Promise<NamedTarget> {
    const { account, service, environment } = argument;
    if (service === undefined) {
      ensureNamesNothing(argument);
      return this.boundTarget(argument);
    }
    const named = await this.account(account, vscode.l10n.t('Service'));
    return { ...(await this.namedTarget(named, service, environment)), folder: argument.folder };
  }

  async boundTarget(argument: FolderArgument): Promise<Target> {
    return this.resolver.resolve(await this.folder(argument.folder));
  }

  /** The account with this id or e-mail; without one the only account, else asks. */
  async account(given: string | undefined, title: string): Promise<Account> {
    const known = await this.accounts.list();
    if (known.length === 0) {
      throw new AppError('notSignedIn', vscode.l10n.t('Nobody is signed in. Sign in first.'));
    }
    if (given === undefined) {
      return pick(known.map(accountChoice), {
        title,
        placeholder: vscode.l10n.t('Which account?'),
        skipSingle: true,
      });
    }
    const account = known.find(({ id, email }) => id === given || email === given);
    if (!account) {
      throw new AppError('notSignedIn', vscode.l10n.t('No such account is signed in: {0}', given));
    }
    return account;
  }

  private async namedTarget(
    account: Account,
    service: string,
    environment: string | undefined,
  ): Promise<NamedTarget> {
    const found = await this.findService(account.id, service);
    const environments = await this.services.environments(account.id, found.id);
    const chosen = chooseNamed(environments, environment, 'environment');
    return {
      account,
      serviceId: found.id,
      serviceName: found.name,
      environmentId: chosen.id,
      environmentName: chosen.name,
    };
  }

  private async findService(accountId: string, service: string) {
    const organizations = await this.services.organizations(accountId);
    const all = await Promise.all(
      organizations.map((o) => this.services.services(accountId, o.id)),
    );
    return chooseNamed(all.flat(), service, 'service');
  }
}

function ensureNamesNothing({ account, environment }: TargetArgument): void {
  if (account !== undefined || environment !== undefined) {
    throw new AppError(
      'invalidInput',
      vscode.l10n.t(
        'Name the service too: an account or an environment without one names nothing.',
      ),
    );
  }
}

/** Every folder of the window that depends on kinvey-flex-sdk. */
export async function flexFolders(): Promise<string[]> {
  const folders = localFolders();
  const flex = await Promise.all(folders.map((folder) => isFlexFolder(folder)));
  return folders.filter((_, index) => flex[index]);
}

export function localFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}

/**
 * The folder of the window that the active editor's file lies in. Goes by the tab: while a panel has
 * the focus, the active text editor may be the panel's own.
 */
export function activeFolder(): string | undefined {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  const input = activeTab?.input;
  const uri =
    input instanceof vscode.TabInputText ? input.uri : vscode.window.activeTextEditor?.document.uri;
  return uri && vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
}

function accountChoice(account: Account): Choice<Account> {
  const description = instanceLabel(account.instance);
  return { label: account.email, description, icon: 'account', value: account };
}

async function askFolder(folders: readonly string[]): Promise<string> {
  return pick(
    folders.map((value) => ({
      label: path.basename(value),
      description: value,
      icon: 'folder',
      value,
    })),
    {
      title: vscode.l10n.t('Flex Service'),
      placeholder: vscode.l10n.t('Which folder?'),
    },
  );
}
