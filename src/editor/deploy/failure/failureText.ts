import * as vscode from 'vscode';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { FailureFrame } from '../../../core/deploy/watch/failureFrames';
import type { StartupError } from '../../../core/logs/startupError';

const indent = '    ';

/** Why a version did not start, for a person to read: where and when, the error, its stack. */
export function failureText(
  record: DeploymentRecord,
  error: StartupError,
  frames: readonly FailureFrame[],
): string {
  const { serviceName, environmentName, version = '' } = record;
  const at = new Date(error.at).toLocaleString();
  return [
    vscode.l10n.t('{0} {1} did not start in {2}', serviceName, version, environmentName),
    error.count === 1
      ? vscode.l10n.t('At {0}', at)
      : vscode.l10n.t('{0} times, first at {1}', error.count, at),
    '',
    ...messageLines(error),
    ...frames.map((frame) => indent + shown(frame).text),
    '',
  ].join('\n');
}

/** Where a frame of that text, one of those of the error, names its file. */
export function frameRange(error: StartupError, index: number, frame: FailureFrame): vscode.Range {
  const line = 3 + messageLines(error).length + index;
  const { start, end } = shown(frame);
  return new vscode.Range(line, indent.length + start, line, indent.length + end);
}

/** Of paths what the folder has too: where the instance keeps the service tells nobody anything. */
function shown({ text, source }: FailureFrame): { text: string; start: number; end: number } {
  if (!source) {
    return { text: oneLine(text.replace(beforePackages, '')), start: 0, end: 0 };
  }
  const { path, start, end } = source;
  const [position = ''] = /(?::\d+){1,2}$/.exec(text.slice(start, end)) ?? [];
  const place = path + position;
  const short = text.slice(0, start) + place + text.slice(end);
  return { text: oneLine(short), start, end: start + place.length };
}

/** `/srv/services/1/` of `/srv/services/1/node_modules/a/index.js:1:2` */
const beforePackages = /(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]*?[\\/](?=node_modules[\\/])/;

/** Such as those of an assertion, which compare values. */
function messageLines({ message }: StartupError): readonly string[] {
  return message.split(/\r\n|\r|\n/);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]\s*/g, ' ');
}
