import * as vscode from 'vscode';
import { accountOfId } from '../../core/accounts/account';
import type { DeployEvent, DeployPhase } from '../../core/deploy/deployment';
import type { DeploymentRecord } from '../../core/deploy/deploymentStore';
import type { DeploymentArgument } from '../contributions';
import type { CommandNode } from '../runCommand';

const lookOf = {
  online: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  incomplete: new vscode.ThemeIcon('warning'),
  failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  cancelled: new vscode.ThemeIcon('circle-slash'),
  unknown: new vscode.ThemeIcon('question'),
} as const;

/** A deployment or recycle that is over: a short row, and the rest on hover. */
export class DeploymentNode extends vscode.TreeItem implements CommandNode {
  readonly commandArgument: DeploymentArgument;

  constructor(record: DeploymentRecord) {
    const { folder, kind, version, job, outcome, startedAt, note } = record;
    super(titleOf(kind, version));
    this.commandArgument = { folder, version, job };
    const when = new Date(startedAt).toLocaleString(undefined, {
      dateStyle: 'short',
      timeStyle: 'short',
    });
    this.description = [wordOf(outcome), when, note].filter(Boolean).join(' · ');
    this.iconPath = lookOf[outcome ?? 'unknown'];
    this.tooltip = tooltipOf(record);
    this.contextValue = contextOf(record);
    if (record.startupError) {
      const title = vscode.l10n.t('Show Startup Error');
      this.command = { command: 'flexservice.deploy.failure', title, arguments: [this] };
    }
  }
}

function titleOf(kind: DeploymentRecord['kind'], version = ''): string {
  switch (kind) {
    case 'deploy':
      return version;
    case 'recycle':
      return vscode.l10n.t('Recycle');
    case 'update':
      return vscode.l10n.t('Update');
  }
}

/** What is under way, with its phases below. */
export class RunningNode extends vscode.TreeItem {
  readonly phases: vscode.TreeItem[];

  /** The phases so far, the present one last. */
  constructor(events: readonly DeployEvent[]) {
    super(events.at(-1)?.message ?? '', vscode.TreeItemCollapsibleState.Expanded);
    this.iconPath = new vscode.ThemeIcon('sync~spin');
    this.contextValue = 'job';
    this.phases = events.map((event, index) => phaseNode(event, index === events.length - 1));
  }
}

const phaseWords: Record<DeployPhase, string> = {
  versioning: vscode.l10n.t('Version'),
  uploading: vscode.l10n.t('Upload'),
  building: vscode.l10n.t('Build and start'),
  done: vscode.l10n.t('Done'),
};

function phaseNode({ phase, fraction }: DeployEvent, isPresent: boolean): vscode.TreeItem {
  const node = new vscode.TreeItem(phaseWords[phase]);
  node.description = isPresent && fraction !== undefined ? `${Math.floor(fraction * 100)}%` : '';
  node.iconPath = new vscode.ThemeIcon(isPresent ? 'circle-outline' : 'check');
  return node;
}

/** What menus ask: only a deploy has a version, and what is not kept cannot be brought back. */
function contextOf({ kind, copy, startupError }: DeploymentRecord): string {
  const words = [
    'job',
    kind === 'deploy' && 'deployment',
    kind === 'deploy' && copy === 'kept' && 'kept',
    startupError && 'unstarted',
  ];
  return words.filter(Boolean).join(' ');
}

/** Where, by whom, how long, what exactly, and what there is to say about it. */
function tooltipOf(record: DeploymentRecord): string {
  const { serviceName, environmentName, accountId, startedAt, endedAt, job } = record;
  const seconds = Math.round((Date.parse(endedAt ?? '') - Date.parse(startedAt)) / 1000);
  return [
    vscode.l10n.t('{0} · {1}, by {2}', serviceName, environmentName, emailOf(accountId)),
    endedAt && vscode.l10n.t('Took {0} s', seconds),
    job && vscode.l10n.t('Job {0}', job),
    record.changes,
    bundleText(record),
    commitText(record),
    record.again && vscode.l10n.t('The same as {0}', record.again),
    record.note && vscode.l10n.t('Note: {0}', record.note),
    record.reason,
  ]
    .filter(Boolean)
    .join('\n');
}

function emailOf(accountId: string): string {
  return accountOfId(accountId)?.email ?? accountId;
}

function bundleText({ bundleHash, copy }: DeploymentRecord): string | undefined {
  const hash = bundleHash && shortOf(bundleHash);
  switch (copy) {
    case 'leaks':
      return hash && vscode.l10n.t('Bundle {0}, not kept: it may hold secrets', hash);
    case 'failed':
      return hash && vscode.l10n.t('Bundle {0}, not kept: it could not be written', hash);
    case 'kept':
    case undefined:
      return hash && vscode.l10n.t('Bundle {0}', hash);
  }
}

function commitText({ commit }: DeploymentRecord): string | undefined {
  if (!commit) {
    return undefined;
  }
  const id = shortOf(commit.id);
  return commit.isChanged
    ? vscode.l10n.t('Commit {0} + changes', id)
    : vscode.l10n.t('Commit {0}', id);
}

function shortOf(hex: string): string {
  return hex.slice(0, 8);
}

function wordOf(outcome: DeploymentRecord['outcome']): string {
  switch (outcome) {
    case 'online':
      return vscode.l10n.t('online');
    case 'incomplete':
      return vscode.l10n.t('online, handlers missing');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'cancelled':
      return vscode.l10n.t('not watched to its end');
    case 'unknown':
    case undefined:
      return vscode.l10n.t('outcome not known');
  }
}
