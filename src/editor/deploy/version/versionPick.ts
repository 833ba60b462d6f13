import * as vscode from 'vscode';
import { messageOf } from '../../../core/base/errors';
import {
  checkTag,
  prereleaseTag,
  resolveBump,
  versionChoices,
  type VersionChoice,
} from '../../../core/deploy/version/version';
import type { VersionFacts } from '../../../core/deploy/version/versionFacts';
import type { VersionOutlook } from '../../../core/deploy/version/versionResolver';
import type { VersionSuggestion } from '../../../core/deploy/version/versionSuggestion';
import { input, pick, type Choice } from '../../ask';
import type { VersionQuestion } from './versionChoice';
import { placeholderOf, titleOf } from './versionPickText';

/** Asks which version to deploy; the answer is also the consent to deploy it. */
export async function askVersion(
  question: VersionQuestion,
  outlook: VersionOutlook,
): Promise<string> {
  const { facts } = outlook;
  const title = titleOf(question);
  const placeholder = placeholderOf(question, outlook);
  const bump = await pick(
    async () => [...choicesOf(facts, await outlook.suggest(question.handlers)), exactChoice],
    { title, placeholder },
  );
  switch (bump) {
    case exactChoice.value:
      return askExact(title, facts);
    case 'prerelease':
      return resolveBump(bump, { ...facts, tag: prereleaseTag(facts) ?? (await askTag(title)) });
    default:
      return resolveBump(bump, facts);
  }
}

function choicesOf(
  facts: VersionFacts,
  { bump, reasons }: VersionSuggestion,
): Choice<VersionChoice['bump']>[] {
  const choices = versionChoices(facts);
  const suggested = choices.filter((one) => one.bump === bump);
  const others = choices.filter((one) => one.bump !== bump);
  const detail = reasons.join(' ') || undefined;
  return [
    ...suggested.map(({ version }) => ({
      ...words[bump],
      description: vscode.l10n.t('{0}, suggested', version),
      detail,
      value: bump,
    })),
    ...others.map(choiceOf),
  ];
}

/** Undefined: none, so that the prerelease has a number only. */
async function askTag(title: string): Promise<string | undefined> {
  const text = await input({
    title,
    prompt: vscode.l10n.t('The tag of the prerelease, such as beta; empty for none'),
    validate: (typed) => (typed === '' ? undefined : problemOf(() => checkTag(typed))),
  });
  return text || undefined;
}

async function askExact(title: string, facts: VersionFacts): Promise<string> {
  const text = await input({
    title,
    prompt: vscode.l10n.t('The version to deploy, such as 1.2.3 or 1.2.3-beta.1'),
    value: facts.local,
    validate: (typed) => problemOf(() => resolveBump(typed, facts)),
  });
  return resolveBump(text, facts);
}

function problemOf(check: () => string): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
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
