import * as vscode from 'vscode';
import { checkTag, resolveBump } from '../../../core/deploy/version/version';
import type { VersionOutlook } from '../../../core/deploy/version/versionResolver';
import type { Discovery } from '../../../core/handlers/discovery';
import type { ServiceStatus } from '../../../core/kinvey/apiTypes';
import type { BundlePlan } from '../../../core/project/bundlePlan';
import type { Target } from '../../../core/project/targetResolver';
import { askUntil, confirm } from '../../ask';
import type { DeployArgument } from '../../contributions';
import { askVersion } from './versionPick';

export interface VersionQuestion {
  readonly target: Target;
  /** What package.json says. */
  readonly local: string | undefined;
  /** The version that the same was sent as before. */
  readonly again?: string;
  readonly bundle: BundlePlan;
  readonly argument: DeployArgument;
  /** What the folder's service handles now; undefined where nobody knows. */
  readonly handlers: Promise<Discovery | undefined>;
  /** Ends the question. */
  readonly signal?: AbortSignal;
}

export interface ChosenVersion {
  readonly version: string;
  /** The status that it was chosen by. */
  readonly seen: ServiceStatus;
}

/** The version to deploy: asked for, or the argument's, to be confirmed unless that is given too. */
export async function chooseVersion(
  question: VersionQuestion,
  outlook: VersionOutlook,
): Promise<ChosenVersion> {
  const { target, argument, signal } = question;
  const { status: seen, facts } = outlook;
  if (argument.bump === undefined) {
    return { version: await askUntil(signal, () => askVersion(question, outlook)), seen };
  }
  if (argument.preid !== undefined) {
    checkTag(argument.preid);
  }
  const version = resolveBump(argument.bump, facts);
  if (argument.confirm !== true) {
    await confirm(
      vscode.l10n.t('Deploy {0} {1} to {2}?', target.serviceName, version, target.environmentName),
      vscode.l10n.t('{0} now serves there.', seen.version ?? vscode.l10n.t('Nothing')),
      vscode.l10n.t('Deploy'),
    );
  }
  return { version, seen };
}
