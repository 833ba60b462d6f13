import * as vscode from 'vscode';
import { cancelled } from '../../core/base/errors';
import type { RunningDeploy } from '../../core/deploy/runningDeploy';
import type { Target } from '../../core/project/targetResolver';

/** What to do while another deploy is under way; closing the question throws `cancelled`. */
export async function askAboutRunning(
  { serviceName, environmentName }: Target,
  running: RunningDeploy,
): Promise<'follow' | 'deploy'> {
  const follow = vscode.l10n.t('Follow It');
  const deploy = vscode.l10n.t('Deploy Anyway');
  const title = vscode.l10n.t('{0} is being deployed to {1} already', serviceName, environmentName);
  const picked = await vscode.window.showWarningMessage(
    title,
    { modal: true, detail: detailOf(running) },
    follow,
    deploy,
  );
  if (picked === undefined) {
    throw cancelled();
  }
  return picked === follow ? 'follow' : 'deploy';
}

function detailOf({ version, by, since }: RunningDeploy): string {
  const at = Date.parse(since ?? '');
  const styles = { dateStyle: 'short', timeStyle: 'short' } as const;
  return vscode.l10n.t(
    'Version {0}, by {1}, since {2}.',
    version ?? '?',
    by ?? '?',
    Number.isNaN(at) ? '?' : new Date(at).toLocaleString(undefined, styles),
  );
}
