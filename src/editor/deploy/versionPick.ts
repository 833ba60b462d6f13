import * as vscode from 'vscode';
import { resolveBump, versionChoices, type VersionChoice } from '../../core/deploy/version';
import { bundleLimit, type BundlePlan } from '../../core/project/bundlePlan';
import type { Target } from '../../core/project/targetResolver';
import { pick, type Choice } from '../ask';

/** Asks which version to deploy; the answer is also the consent to deploy it. */
export async function askVersion(
  target: Target,
  local: string | undefined,
  cloud: string | undefined,
  bundle: BundlePlan,
): Promise<string> {
  const choices = versionChoices(local, cloud);
  const bump = await pick(choices.map(choiceOf), {
    title: vscode.l10n.t('Deploy {0} to {1}', target.serviceName, target.environmentName),
    placeholder: vscode.l10n.t(
      'Local {0}, deployed {1}. Sends {2} files, {3}',
      local ?? vscode.l10n.t('no version'),
      cloud ?? vscode.l10n.t('nothing yet'),
      bundle.files.length,
      sizeText(bundle.tarBytes),
    ),
  });
  return resolveBump(bump, local, cloud);
}

const words: Record<VersionChoice['bump'], { label: string; icon: string }> = {
  none: { label: vscode.l10n.t('Keep'), icon: 'check' },
  patch: { label: vscode.l10n.t('Patch'), icon: 'arrow-small-up' },
  minor: { label: vscode.l10n.t('Minor'), icon: 'arrow-up' },
  major: { label: vscode.l10n.t('Major'), icon: 'arrow-circle-up' },
  prerelease: { label: vscode.l10n.t('Prerelease'), icon: 'beaker' },
};

function choiceOf({ bump, version }: VersionChoice): Choice<VersionChoice['bump']> {
  return { ...words[bump], description: version, value: bump };
}

function sizeText(bytes: number): string {
  const percent = Math.ceil((bytes / bundleLimit) * 100);
  return vscode.l10n.t('{0} KB ({1}% of the limit)', Math.ceil(bytes / 1024), percent);
}
