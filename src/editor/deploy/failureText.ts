import * as vscode from 'vscode';
import type { DeploymentRecord } from '../../core/deploy/deploymentStore';
import type { StartupError } from '../../core/logs/startupError';

const indent = '    ';

/** Why a version did not start, for a person to read: where and when, the error, its stack. */
export function failureText(record: DeploymentRecord, error: StartupError): string {
  const { serviceName, environmentName, version = '' } = record;
  const at = new Date(error.at).toLocaleString();
  return [
    vscode.l10n.t('{0} {1} did not start in {2}', serviceName, version, environmentName),
    error.count === 1
      ? vscode.l10n.t('At {0}', at)
      : vscode.l10n.t('{0} times, first at {1}', error.count, at),
    '',
    oneLine(error.message),
    ...error.stack.map((frame) => indent + oneLine(frame)),
    '',
  ].join('\n');
}

/** Where a part of a frame stands in that text. */
export function frameRange(index: number, start: number, end: number): vscode.Range {
  const line = 4 + index;
  return new vscode.Range(line, indent.length + start, line, indent.length + end);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]\s*/g, ' ');
}
