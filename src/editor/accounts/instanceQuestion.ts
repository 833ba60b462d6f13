import * as vscode from 'vscode';
import { isAppError } from '../../core/base/errors';
import { knownInstances, resolveInstanceUrl } from '../../core/kinvey/instances';
import { input, pick, type Choice } from '../ask';
import type { SignInArgument } from '../contributions';
import { signInTitle as title } from './signInTitle';

/** The FlexService Runtime on this machine, as far as signing in needs it. */
export interface LocalRuntime {
  /** Where it answers; undefined where none is known to run. */
  findUrl(): Promise<string | undefined>;
  /** Starts it where needed; answers its URL, and its owner's account where that is known. */
  forSignIn(): Promise<SignInArgument>;
}

type Instance = () => Promise<SignInArgument>;

/** Asks where somebody signs in; what else is known of the account there comes along. */
export async function askInstance(runtime: LocalRuntime): Promise<SignInArgument> {
  const picked = await pick(() => choicesWith(runtime), {
    title,
    placeholder: vscode.l10n.t('Which instance is your account on?'),
  });
  return picked();
}

async function choicesWith(runtime: LocalRuntime): Promise<Choice<Instance>[]> {
  const local = await runtime.findUrl();
  return [
    ...knownInstances.map(({ label, id, url }) => ({
      label,
      description: id,
      icon: 'cloud',
      value: () => Promise.resolve({ instance: url }),
    })),
    {
      label: vscode.l10n.t('Dedicated Instance…'),
      description: vscode.l10n.t('an instance id or a URL'),
      icon: 'server-environment',
      value: async () => ({ instance: await askDedicated() }),
    },
    {
      label: vscode.l10n.t('Local Runtime'),
      description: local ?? vscode.l10n.t('starts the FlexService Runtime on this machine'),
      icon: 'vm-running',
      value: () => runtime.forSignIn(),
    },
  ];
}

async function askDedicated(): Promise<string> {
  return input({
    title,
    prompt: vscode.l10n.t('Instance id, such as acme-us1, or the URL of its management API'),
    placeholder: 'acme-us1',
    validate: (text) => {
      try {
        resolveInstanceUrl(text);
        return text.trim() === '' ? vscode.l10n.t('Enter an id or a URL.') : undefined;
      } catch (error) {
        return isAppError(error) ? error.message : String(error);
      }
    },
  });
}
