import * as vscode from 'vscode';
import { messageOf } from '../../core/base/errors';
import {
  cloudVersion,
  resolveBump,
  versionChoices,
  type VersionChoice,
} from '../../core/deploy/version';
import type { ServiceStatus } from '../../core/kinvey/apiTypes';
import { bundleLimit, type BundlePlan } from '../../core/project/bundlePlan';
import type { Target } from '../../core/project/targetResolver';
import { input, pick, type Choice } from '../ask';

export interface VersionQuestion {
  readonly target: Target;
  /** What package.json says. */
  readonly local: string | undefined;
  /** Of the environment, now. */
  readonly status: ServiceStatus;
  readonly bundle: BundlePlan;
}

/** Asks which version to deploy; the answer is also the consent to deploy it. */
export async function askVersion(question: VersionQuestion): Promise<string> {
  const { local, status } = question;
  const cloud = cloudVersion(status);
  const title = titleOf(question);
  const choices = [...versionChoices(local, cloud).map(choiceOf), exactChoice];
  const bump = await pick(choices, { title, placeholder: placeholderOf(question) });
  return bump === exactChoice.value
    ? askExact(title, local, cloud)
    : resolveBump(bump, local, cloud);
}

async function askExact(title: string, local?: string, cloud?: string): Promise<string> {
  const resolve = (text: string) => resolveBump(text, local, cloud);
  const text = await input({
    title,
    prompt: vscode.l10n.t('The version to deploy, such as 1.2.3 or 1.2.3-beta.1'),
    value: local,
    validate: (typed) => {
      try {
        resolve(typed);
        return undefined;
      } catch (error) {
        return messageOf(error);
      }
    },
  });
  return resolve(text);
}

const words: Record<VersionChoice['bump'], { label: string; icon: string }> = {
  none: { label: vscode.l10n.t('Keep'), icon: 'check' },
  patch: { label: vscode.l10n.t('Patch'), icon: 'arrow-small-up' },
  minor: { label: vscode.l10n.t('Minor'), icon: 'arrow-up' },
  major: { label: vscode.l10n.t('Major'), icon: 'arrow-circle-up' },
  prerelease: { label: vscode.l10n.t('Prerelease'), icon: 'beaker' },
};

const exactChoice = { label: vscode.l10n.t('Other…'), icon: 'edit', value: 'exact' } as const;

function choiceOf({ bump, version }: VersionChoice): Choice<VersionChoice['bump']> {
  return { ...words[bump], description: version, value: bump };
}

function titleOf({ target }: VersionQuestion): string {
  return vscode.l10n.t('Deploy {0} to {1}', target.serviceName, target.environmentName);
}

function placeholderOf({ local, status, bundle }: VersionQuestion): string {
  return vscode.l10n.t(
    'Local {0}, deployed {1}. Sends {2} files, {3}',
    local ?? vscode.l10n.t('no version'),
    deployedText(status),
    bundle.files.length,
    sizeText(bundle.tarBytes),
  );
}

/** `1.0.2 by ann@example.com, 11/25/26, 10:04 PM` */
function deployedText(status: ServiceStatus): string {
  const cloud = cloudVersion(status);
  if (cloud === undefined) {
    return vscode.l10n.t('nothing yet');
  }
  const { deployUserInfo, requestedAt } = status;
  const at = Date.parse(requestedAt ?? '');
  const styles = { dateStyle: 'short', timeStyle: 'short' } as const;
  const when = Number.isNaN(at) ? '' : new Date(at).toLocaleString(undefined, styles);
  const by = deployUserInfo ? vscode.l10n.t('{0} by {1}', cloud, deployUserInfo.email) : cloud;
  return [by, when].filter(Boolean).join(', ');
}

function sizeText(bytes: number): string {
  const percent = Math.ceil((bytes / bundleLimit) * 100);
  return vscode.l10n.t('{0} KB ({1}% of the limit)', Math.ceil(bytes / 1024), percent);
}
