import * as vscode from 'vscode';
import { accountOfId } from '../../../core/accounts/account';
import { tookMs, type DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';

/** The year only where it is another one: rows are short. */
export function shortTime(iso: string): string {
  const at = new Date(iso);
  return at.getFullYear() === new Date().getFullYear()
    ? at.toLocaleString(undefined, { ...hourAndMinute, month: 'numeric', day: 'numeric' })
    : at.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
}

const hourAndMinute = { hour: 'numeric', minute: '2-digit' } as const;

/** What a row is called. */
export function titleOf({ kind, version = '', changes }: DeploymentRecord): string {
  switch (kind) {
    case 'deploy':
      return version;
    case 'recycle':
      return vscode.l10n.t('Recycle');
    case 'update':
      return changes ?? vscode.l10n.t('Update');
  }
}

/** Where, by whom, how long, what exactly, and what there is to say about it. */
export function tooltipOf(record: DeploymentRecord): string {
  const { serviceName, environmentName, accountId, startedAt, endedAt, job } = record;
  const seconds = Math.round(tookMs(record) / 1000);
  return [
    vscode.l10n.t('{0} · {1}, by {2}', serviceName, environmentName, emailOf(accountId)),
    endedAt
      ? vscode.l10n.t('{0}, took {1} s', new Date(startedAt).toLocaleString(), seconds)
      : new Date(startedAt).toLocaleString(),
    job && vscode.l10n.t('Job {0}', job),
    record.changes,
    bundleText(record),
    commitText(record),
    record.again && vscode.l10n.t('The same as {0}', record.again),
    record.note && vscode.l10n.t('Note: {0}', record.note),
    record.reason,
    record.unwritten,
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
    case 'large':
      return hash && vscode.l10n.t('Bundle {0}, not kept: it is larger than all that may be', hash);
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

/** How it ended, in a word or few. */
export function wordOf(outcome: DeploymentRecord['outcome']): string {
  switch (outcome) {
    case 'online':
      return vscode.l10n.t('online');
    case 'incomplete':
      return vscode.l10n.t('online, handlers missing');
    case 'replaced':
      return vscode.l10n.t('replaced by another');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'cancelled':
      return vscode.l10n.t('not watched to its end');
    case 'stored':
      return vscode.l10n.t('counts from the first deploy on');
    case 'unknown':
    case undefined:
      return vscode.l10n.t('outcome not known');
  }
}

/** The codicon of how it ended. */
export function iconOf(outcome: DeploymentRecord['outcome'] = 'unknown'): string {
  return icons[outcome];
}

const icons = {
  online: 'pass',
  incomplete: 'warning',
  replaced: 'replace',
  failed: 'error',
  cancelled: 'circle-slash',
  stored: 'circle-outline',
  unknown: 'question',
} as const;
