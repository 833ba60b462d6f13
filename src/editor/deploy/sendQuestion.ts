import path from 'node:path';
import * as vscode from 'vscode';
import { cancelled } from '../../core/base/errors';
import type { Finding } from '../../core/review/finding';
import { findingList } from './findingList';

/** To send it, or to follow the deploy that is under way instead. */
export type Decision = 'deploy' | 'follow';

/**
 * What a person has to decide on before anything is sent, in one dialog: what was found, and a
 * deploy that is under way, which can be followed instead. Closing it throws `cancelled`.
 */
export async function askBeforeSending(
  folder: string,
  findings: readonly Finding[],
): Promise<Decision> {
  const follow = vscode.l10n.t('Follow It');
  const showProblems = vscode.l10n.t('Show Problems');
  const deploy = vscode.l10n.t('Deploy Anyway');
  const { job = [], other = [] } = Object.groupBy(findings, (one) =>
    isJob(one) ? 'job' : 'other',
  );
  const picked = await vscode.window.showWarningMessage(
    titleOf(folder),
    { modal: true, detail: findingList([...job, ...other]) },
    ...[...job.map(() => follow), ...(other.length > 0 ? [showProblems] : []), deploy],
  );
  if (picked === showProblems) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
  if (picked !== deploy && picked !== follow) {
    throw cancelled();
  }
  return picked === follow ? 'follow' : 'deploy';
}

export function titleOf(folder: string): string {
  return vscode.l10n.t('{0}: look at this before it is sent', path.basename(folder));
}

function isJob({ code }: Finding): boolean {
  return code === 'jobRunning';
}
