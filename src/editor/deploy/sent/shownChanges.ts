import path from 'node:path';
import * as vscode from 'vscode';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { BundleChange } from '../../../core/deploy/vault/bundleChanges';
import { SentFiles } from './sentFiles';

/** Shows what differs in one editor, and tells what no editor has lines for. */
export async function showChanges(
  record: DeploymentRecord,
  changes: readonly BundleChange[],
): Promise<void> {
  const { folder, version = '' } = record;
  const name = path.basename(folder);
  const resources = changes.filter(hasLines).map((change) => resourceOf(record, change));
  const others = changes.filter((change) => !hasLines(change)).map(textOf);
  if (resources.length > 0) {
    const title = vscode.l10n.t('{0}: sent as {1} ↔ now', name, version);
    await vscode.commands.executeCommand('vscode.changes', title, resources);
  }
  if (others.length > 0) {
    const told =
      resources.length > 0
        ? vscode.l10n.t('Also not as it was sent as {0}', version)
        : vscode.l10n.t('Not as it was sent as {0}', version);
    void vscode.window.showInformationMessage(`${told}: ${others.join('; ')}.`);
  } else if (resources.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is what was sent as {1}.', name, version),
    );
  }
}

function hasLines({ path, change }: BundleChange): boolean {
  return !path.endsWith('/') && change !== 'executable' && change !== 'notExecutable';
}

function resourceOf(
  { folder, bundleHash = '' }: DeploymentRecord,
  { path: name, change }: BundleChange,
) {
  const local = vscode.Uri.file(path.join(folder, name));
  const sent = SentFiles.uriOf(folder, bundleHash, name);
  return [local, change === 'added' ? undefined : sent, change === 'removed' ? undefined : local];
}

function textOf({ path, change }: BundleChange): string {
  switch (change) {
    case 'executable':
      return vscode.l10n.t('{0} is executable now', path);
    case 'notExecutable':
      return vscode.l10n.t('{0} is not executable any more', path);
    case 'removed':
      return vscode.l10n.t('the empty folder {0} is gone', path);
    case 'added':
    case 'changed':
      return vscode.l10n.t('the empty folder {0} is new', path);
  }
}
