import path from 'node:path';
import * as vscode from 'vscode';
import { cancelled } from '../../../core/base/errors';
import { isBlocking, type Finding } from '../../../core/review/finding';
import { findingList } from './findingList';
import { isUnsaved } from './unsavedEditors';

/** To send it, once its editors are saved, or to follow the deploy that is under way instead. */
export type Decision = 'deploy' | 'follow';

/**
 * What a person has to decide on before anything is sent, in one dialog: what was found, editors
 * that are not saved, and a deploy that is under way, which can be followed instead. Closing it
 * throws `cancelled`.
 */
export async function askBeforeSending(
  folder: string,
  findings: readonly Finding[],
): Promise<Decision> {
  const follow = vscode.l10n.t('Follow It');
  const { job = [], other = [] } = Object.groupBy(findings, (one) =>
    isJob(one) ? 'job' : 'other',
  );
  const ways = job.map(() => follow);
  const picked = await ask(titleOf(folder), [...job, ...other], ways);
  return picked === follow ? 'follow' : 'deploy';
}

/** Where a folder cannot be sent, but editors hold what may mend it. Closing it throws `cancelled`. */
export async function askToSave(title: string, findings: readonly Finding[]): Promise<void> {
  await ask(title, findings, []);
}

export function titleOf(folder: string): string {
  return vscode.l10n.t('{0}: look at this before it is sent', path.basename(folder));
}

/** Answers the button, one of the ways or the one that sends. What there is to look at, Enter shows. */
async function ask(
  title: string,
  findings: readonly Finding[],
  ways: readonly string[],
): Promise<string> {
  const showProblems = vscode.l10n.t('Show Problems');
  const send = findings.some(isUnsaved)
    ? vscode.l10n.t('Save and Deploy')
    : vscode.l10n.t('Deploy Anyway');
  const others = findings.filter((one) => !isJob(one) && !isUnsaved(one));
  const look = others.length > 0 ? [showProblems] : [];
  const buttons = others.some(isBlocking) ? [...look, send] : [send, ...look];
  const picked = await vscode.window.showWarningMessage(
    title,
    { modal: true, detail: findingList(findings) },
    ...ways,
    ...buttons,
  );
  if (picked === showProblems) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
  if (picked === undefined || picked === showProblems) {
    throw cancelled();
  }
  return picked;
}

function isJob({ code }: Finding): boolean {
  return code === 'jobRunning';
}
