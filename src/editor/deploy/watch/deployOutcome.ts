import * as vscode from 'vscode';
import type { DeployResult } from '../../../core/deploy/deployment';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import { notBackText, updatedText } from '../../jobSentences';
import { runForPerson } from '../../personalArgument';

/** Where it went, which need not be where the folder is bound by now. */
export type ToldTarget = Pick<
  DeploymentRecord,
  'folder' | 'accountId' | 'serviceId' | 'serviceName' | 'environmentId' | 'environmentName'
>;

/** The one notification at the end of a deploy; another one where the folder lacks its version. */
export async function tellOutcome(told: ToldTarget, result: DeployResult): Promise<void> {
  const { folder, serviceName, environmentName } = told;
  const showLogs = vscode.l10n.t('Show Service Logs');
  const showError = vscode.l10n.t('Show Error');
  const { version, job, startupError, followed, unwritten } = result;
  const target = `${serviceName} · ${environmentName}`;
  if (unwritten !== undefined) {
    void vscode.window.showWarningMessage(`${target}: ${unwritten}`);
  }
  // Of what somebody else sent there is no record to show it from.
  const buttons = startupError && !followed ? [showError, showLogs] : [showLogs];
  const picked = await show(target, result, buttons);
  if (picked === showError) {
    await runForPerson('flexservice.deploy.failure', { folder, version, job });
  }
  if (picked === showLogs) {
    await followLogs(told);
  }
}

/** Of a job that an earlier window began; a recycle that worked is told by the status bar alone. */
export async function tellResumed(record: DeploymentRecord, result: DeployResult): Promise<void> {
  const { kind, serviceName } = record;
  if (kind === 'deploy') {
    return tellOutcome(record, result);
  }
  const showLogs = vscode.l10n.t('Show Service Logs');
  const picked = await showChanged(serviceName, record, result, showLogs);
  if (picked === showLogs) {
    await followLogs(record);
  }
}

/** The folder may be bound to another environment by now. */
function followLogs({ accountId, serviceId, environmentId }: ToldTarget): Promise<unknown> {
  const argument = { account: accountId, service: serviceId, environment: environmentId };
  return runForPerson('flexservice.logs.follow', argument);
}

async function showChanged(
  name: string,
  { kind }: DeploymentRecord,
  { outcome, reason }: DeployResult,
  button: string,
): Promise<string | undefined> {
  if (outcome === 'failed') {
    return vscode.window.showErrorMessage(notBackText(name, reason), button);
  }
  const isTold = kind === 'update' && outcome === 'online';
  return isTold ? vscode.window.showInformationMessage(updatedText(name), button) : undefined;
}

function show(target: string, result: DeployResult, buttons: readonly string[]) {
  switch (result.outcome) {
    case 'failed':
      return vscode.window.showErrorMessage(failureText(target, result), ...buttons);
    case 'incomplete':
    case 'replaced':
      return vscode.window.showWarningMessage(`${target}: ${result.reason ?? ''}`, ...buttons);
    case 'online':
    case 'cancelled':
      return vscode.window.showInformationMessage(successText(target, result), ...buttons);
  }
}

function successText(target: string, result: DeployResult): string {
  const { outcome, version, durationMs, followed } = result;
  if (outcome !== 'online') {
    return vscode.l10n.t(
      '{0}: no longer watching {1}. The instance goes on with the deploy; the status bar will tell.',
      target,
      version,
    );
  }
  return followed
    ? vscode.l10n.t(
        '{0}: {1}, which somebody else deployed, is online. Nothing was sent from here.',
        target,
        version,
      )
    : vscode.l10n.t(
        '{0}: {1} is online, after {2} s.',
        target,
        version,
        Math.round(durationMs / 1000),
      );
}

function failureText(target: string, { version, reason, startupError }: DeployResult): string {
  const why = startupError?.message ?? reason ?? '';
  return vscode.l10n.t('{0}: {1} did not come online. {2}', target, version, why);
}
