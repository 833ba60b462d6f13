import * as vscode from 'vscode';
import type { Account } from '../../core/accounts/account';
import { messageOf } from '../../core/base/errors';
import { instanceLabel } from '../../core/kinvey/instances';
import type { Organization, Service, ServiceEnvironment } from '../../core/kinvey/apiTypes';
import type { EnvironmentKey, KnownStatus } from '../../core/services/serviceStore';
import { lookOf, shortTextOf, type StatusLook } from '../../core/services/statusText';
import { environmentUri } from './boundMark';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

export class AccountNode extends vscode.TreeItem {
  readonly commandArgument: { account: string };

  constructor(readonly account: Account) {
    super(account.email, Expanded);
    this.id = account.id;
    this.description = instanceLabel(account.instance);
    this.iconPath = new vscode.ThemeIcon('account');
    this.contextValue = 'account';
    this.commandArgument = { account: account.id };
  }
}

export class OrganizationNode extends vscode.TreeItem {
  readonly commandArgument: { account: string; organization: string };

  constructor(
    readonly account: Account,
    readonly organization: Organization,
  ) {
    super(organization.name, Expanded);
    this.id = `${account.id}/${organization.id}`;
    this.iconPath = new vscode.ThemeIcon('organization');
    this.contextValue = 'organization';
    this.commandArgument = { account: account.id, organization: organization.id };
  }
}

export class ServiceNode extends vscode.TreeItem {
  readonly commandArgument: { account: string; service: string };

  constructor(
    readonly account: Account,
    readonly organization: Organization,
    readonly service: Service,
    isBound: boolean,
  ) {
    super(service.name, isBound ? Expanded : Collapsed);
    // Another id when it gets bound: VS Code keeps a node folded that it has once drawn folded.
    this.id = `${account.id}/${service.id}${isBound ? '/bound' : ''}`;
    this.description = service.description;
    this.tooltip = service.description ?? service.name;
    this.iconPath = new vscode.ThemeIcon('package');
    this.contextValue = 'service';
    this.commandArgument = { account: account.id, service: service.id };
  }
}

export interface EnvironmentState {
  known: KnownStatus | undefined;
  /** The folder of this window that is bound to the environment. */
  folder: string | undefined;
}

export class EnvironmentNode extends vscode.TreeItem {
  readonly key: EnvironmentKey;
  readonly commandArgument: {
    folder?: string;
    account: string;
    organization: string;
    service: string;
    environment: string;
  };

  constructor(
    readonly parent: ServiceNode,
    readonly environment: ServiceEnvironment,
    state: EnvironmentState,
  ) {
    super(environment.name, None);
    const { account, organization, service } = parent;
    this.id = `${account.id}/${service.id}/${environment.id}`;
    this.key = { accountId: account.id, serviceId: service.id, environmentId: environment.id };
    this.commandArgument = {
      folder: state.folder,
      account: account.id,
      organization: organization.id,
      service: service.id,
      environment: environment.id,
    };
    const isBound = state.folder !== undefined;
    this.contextValue = isBound ? 'environment bound' : 'environment';
    this.resourceUri = environmentUri(environment.id, isBound);
    this.show(state);
  }

  private show({ known, folder }: EnvironmentState): void {
    const { words, icon, sentence } = describe(known);
    const bound = folder === undefined ? undefined : vscode.l10n.t('bound');
    this.description = words;
    this.iconPath = icon;
    this.tooltip = tooltipOf(this.parent.service.name, this.environment.name, known, sentence);
    this.accessibilityInformation = {
      label: [this.environment.name, sentence, bound].filter(Boolean).join(', '),
    };
  }
}

/** A branch that could not be read: says why, and reads again on a click. */
export class ProblemNode extends vscode.TreeItem {
  constructor(error: unknown) {
    super(messageOf(error), None);
    this.tooltip = messageOf(error);
    this.iconPath = new vscode.ThemeIcon(
      'warning',
      new vscode.ThemeColor('list.warningForeground'),
    );
    this.contextValue = 'problem';
    this.command = { command: 'flexservice.services.refresh', title: vscode.l10n.t('Try Again') };
  }
}

/** A branch with nothing in it. */
export class NoteNode extends vscode.TreeItem {
  constructor(text: string, command?: vscode.Command) {
    super(text, None);
    this.contextValue = 'note';
    this.command = command;
  }
}

export type ServicesNode =
  AccountNode | OrganizationNode | ServiceNode | EnvironmentNode | ProblemNode | NoteNode;

const iconOf: Record<StatusLook['severity'], vscode.ThemeIcon> = {
  ok: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  busy: new vscode.ThemeIcon('sync~spin'),
  idle: new vscode.ThemeIcon('circle-outline'),
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  unknown: new vscode.ThemeIcon('question'),
};

function describe(known: KnownStatus | undefined) {
  if (known?.error) {
    const icon = new vscode.ThemeIcon('debug-disconnect');
    return { words: vscode.l10n.t('status unknown'), icon, sentence: known.error.message };
  }
  if (!known?.status) {
    const icon = new vscode.ThemeIcon('loading~spin');
    return { words: '', icon, sentence: vscode.l10n.t('Asking for the status…') };
  }
  const look = lookOf(known.status);
  return { words: shortTextOf(known.status), icon: iconOf[look.severity], sentence: look.sentence };
}

function tooltipOf(
  service: string,
  environment: string,
  known: KnownStatus | undefined,
  sentence: string,
): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(`${service} · ${environment}\n${sentence}`);
  const status = known?.status;
  const row = (label: string, value: string | undefined) => {
    if (value !== undefined) {
      text.appendMarkdown('\n\n').appendText(`${label}: ${value}`);
    }
  };
  row(vscode.l10n.t('Version'), status?.version);
  row(
    vscode.l10n.t('Runtime'),
    status && (status.runtime ?? vscode.l10n.t('chosen by the instance')),
  );
  row(vscode.l10n.t('Deployed by'), deployerOf(known));
  row(
    vscode.l10n.t('Requested'),
    status?.requestedAt && new Date(status.requestedAt).toLocaleString(),
  );
  row(vscode.l10n.t('As of'), known && new Date(known.at).toLocaleTimeString());
  return text;
}

function deployerOf(known: KnownStatus | undefined): string | undefined {
  const info = known?.status?.deployUserInfo;
  if (!info) {
    return undefined;
  }
  const name = [info.firstName, info.lastName].filter(Boolean).join(' ');
  return name === '' ? info.email : `${name} (${info.email})`;
}
