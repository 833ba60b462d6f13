import * as vscode from 'vscode';
import { AppError } from '../../../core/base/errors';
import { isBlocking, type Finding } from '../../../core/review/finding';

/** A dialog does not scroll. */
const mostTold = 8;

/** For a dialog: what keeps a deploy from being sent, in this order, and how much else there is. */
export function findingList(findings: readonly Finding[]): string {
  const beside = findings.filter(isAboutInstance);
  const blocking = findings.filter(isBlocking).slice(0, mostTold - beside.length);
  const told = findings
    .filter((one) => beside.includes(one) || blocking.includes(one))
    .map(({ message }) => `• ${message}`);
  const more = findings.length - told.length;
  const rest = more > 0 ? [vscode.l10n.t('… and {0} more, in the Problems view', more)] : [];
  return [...told, ...rest].join('\n');
}

/** Whose dialog offers a way to the first file at fault, and to the rest of it. */
export function refusal(title: string, folder: string, findings: readonly Finding[]): AppError {
  const { file, line } = findings.find((one) => isBlocking(one) && one.file !== undefined) ?? {};
  const fixes = findings.flatMap(({ fix }) => fix?.kind ?? []);
  const details = { title, folder, problems: findings, fixes, file, line };
  return new AppError('preflightFailed', findingList(findings), { details });
}

/** No file of the folder can be mended for it. */
function isAboutInstance({ code }: Finding): boolean {
  return code === 'jobRunning' || code === 'environmentUnchecked';
}
