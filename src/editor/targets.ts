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

/** The element with this id, else the only one with this name, else (nothing given) the only one. */
export function chooseNamed<T extends { id: string; name: string }>(
  all: readonly T[],
  given: string | undefined,
  what: keyof typeof notFoundTexts,
): T {
  const matches =
    given === undefined ? all : all.filter(({ id, name }) => id === given || name === given);
  const [only] = matches;
  if (!only) {
    throw new AppError('notFound', notFoundTexts[what](given));
  }
  const exact = matches.find(({ id }) => id === given);
  if (matches.length > 1 && !exact) {
    const names = matches.map(({ name, id }) => `${name} (${id})`).join(', ');
    throw new AppError('ambiguous', ambiguousTexts[what](names));
  }
  return exact ?? only;
}

const notFoundTexts = {
  organization: (name?: string) =>
    name === undefined
      ? vscode.l10n.t('There is no organization.')
      : vscode.l10n.t('There is no such organization: {0}', name),
  service: (name?: string) =>
    name === undefined
      ? vscode.l10n.t('There is no service yet.')
      : vscode.l10n.t('There is no such service: {0}', name),
  environment: (name?: string) =>
    name === undefined
      ? vscode.l10n.t('The service has no environment.')
      : vscode.l10n.t('There is no such environment: {0}', name),
} as const;

const ambiguousTexts = {
  organization: (names: string) =>
    vscode.l10n.t('Several organizations fit, name one by its id: {0}', names),
  service: (names: string) => vscode.l10n.t('Several services fit, name one by its id: {0}', names),
  environment: (names: string) =>
    vscode.l10n.t('Several environments fit, name one by its id: {0}', names),
} as const;

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

/** The folder of the window that the active editor's file lies in. */
export function activeFolder(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
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
