import * as vscode from 'vscode';
import { accountOfId } from '../../../core/accounts/account';
import type { VersionOutlook } from '../../../core/deploy/version/versionResolver';
import { bundleLimit } from '../../../core/project/bundlePlan';
import type { VersionQuestion } from './versionChoice';

/** `Deploy orders to Development: 13 files, 24 KB (1% of the limit)` */
export function titleOf({ target, bundle, again }: VersionQuestion): string {
  const { serviceName, environmentName } = target;
  const what =
    again === undefined ? serviceName : vscode.l10n.t('{0} {1} again', serviceName, again);
  const [files, size] = [bundle.files.length, sizeText(bundle.tarBytes)];
  return vscode.l10n.t('Deploy {0} to {1}: {2} files, {3}', what, environmentName, files, size);
}

/** The versions that there are, and who made them. */
export function placeholderOf({ again }: VersionQuestion, outlook: VersionOutlook): string {
  const deployed = [deployedText(outlook), ...highestText(outlook)].join(', ');
  const local = outlook.facts.local ?? vscode.l10n.t('no version');
  return again === undefined
    ? vscode.l10n.t('Local {0}, deployed {1}', local, deployed)
    : vscode.l10n.t('Deployed {0}', deployed);
}

/** `1.0.2 by ann@example.com, 11/25/26, 10:04 PM`, or `1.0.1, failed 1.0.2 by …` */
function deployedText({ status, facts: { cloud } }: VersionOutlook): string {
  const nothing = vscode.l10n.t('nothing yet');
  if (cloud === undefined) {
    return nothing;
  }
  const { version, deployment } = status;
  const last = byText(cloud, status.deployUserInfo?.email, status.requestedAt);
  const isFailed = deployment?.status === 'ERROR' && version !== cloud;
  return isFailed ? vscode.l10n.t('{0}, failed {1}', version ?? nothing, last) : last;
}

/** `highest 1.1.0 by …`, where that is another one. */
function highestText({ facts, highest }: VersionOutlook): string[] {
  if (facts.highest === undefined || facts.highest === facts.cloud) {
    return [];
  }
  const email = highest && accountOfId(highest.accountId)?.email;
  return [vscode.l10n.t('highest {0}', byText(facts.highest, email, highest?.startedAt))];
}

function byText(version: string, email: string | undefined, time: string | undefined): string {
  const at = Date.parse(time ?? '');
  const styles = { dateStyle: 'short', timeStyle: 'short' } as const;
  const when = Number.isNaN(at) ? '' : new Date(at).toLocaleString(undefined, styles);
  const by = email === undefined ? version : vscode.l10n.t('{0} by {1}', version, email);
  return [by, when].filter(Boolean).join(', ');
}

function sizeText(bytes: number): string {
  const percent = Math.ceil((bytes / bundleLimit) * 100);
  return vscode.l10n.t('{0} KB ({1}% of the limit)', Math.ceil(bytes / 1024), percent);
}
