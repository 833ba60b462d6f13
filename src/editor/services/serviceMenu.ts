import * as vscode from 'vscode';
import type { Choice } from '../ask';
import type { CommandId } from '../contributions';
import type { FolderState } from '../folderStates';

/** What can be done now, for the menu of the status bar item. */
export function actionsFor(current: FolderState | undefined): Choice<CommandId>[] {
  const kind = current?.binding.kind ?? 'unbound';
  if (kind === 'signedOut') {
    return [signIn(), ...localActions(), bind()];
  }
  return kind === 'unbound' ? [bind(), create(), ...localActions()] : [...boundActions(), bind()];
}

function boundActions(): Choice<CommandId>[] {
  return [
    action('cloud-upload', vscode.l10n.t('Deploy'), 'flexservice.deploy.deploy'),
    action(
      'diff-multiple',
      vscode.l10n.t('Compare with What Is Deployed'),
      'flexservice.deploy.compare',
    ),
    action('pulse', vscode.l10n.t('Show Status'), 'flexservice.services.status'),
    action('history', vscode.l10n.t('Show Last Job'), 'flexservice.deploy.job'),
    action('output', vscode.l10n.t('Follow Logs'), 'flexservice.logs.follow'),
    ...localActions(),
    action('debug-restart', vscode.l10n.t('Recycle'), 'flexservice.services.recycle'),
    action('symbol-variable', vscode.l10n.t('Variables'), 'flexservice.services.variables'),
  ];
}

function localActions(): Choice<CommandId>[] {
  return [action('debug-alt', vscode.l10n.t('Debug Locally'), 'flexservice.handlers.debug')];
}

function bind(): Choice<CommandId> {
  return action('link', vscode.l10n.t('Bind to a Service'), 'flexservice.project.bind');
}

function create(): Choice<CommandId> {
  return action('add', vscode.l10n.t('Create a Service'), 'flexservice.services.create');
}

function signIn(): Choice<CommandId> {
  return action('account', vscode.l10n.t('Sign In'), 'flexservice.accounts.signIn');
}

function action(icon: string, label: string, value: CommandId): Choice<CommandId> {
  return { icon, label, value };
}
