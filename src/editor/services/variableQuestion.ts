import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import * as vscode from 'vscode';
import { AppError, cancelled } from '../../core/base/errors';
import type { EnvironmentChange } from '../../core/deploy/environmentUpdate';
import { input, pick } from '../ask';
import type { NamedTarget } from '../targets';

/** What is shown instead of a variable's value. */
const maskedValue = '••••••';

/** Asks which variables of an environment to change. What their values are now is not shown. */
export async function askVariables(
  { serviceName, environmentName }: NamedTarget,
  present: readonly string[],
): Promise<EnvironmentChange> {
  const title = vscode.l10n.t('Variables of {0} · {1}', serviceName, environmentName);
  const name = await pick(
    [
      { label: vscode.l10n.t('Add a Variable…'), icon: 'add', value: add },
      { label: vscode.l10n.t('Import a .env File…'), icon: 'folder-opened', value: fromFile },
      ...present.map((value) => ({
        label: value,
        description: maskedValue,
        icon: 'symbol-variable',
        value,
      })),
    ],
    { title, placeholder: placeholderOf(present.length) },
  );
  if (name === fromFile) {
    return { set: await readEnvFile(title) };
  }
  if (name === add) {
    return { set: await askValue(title, await askName(title, present)) };
  }
  const isRemoved = await pick(
    [
      { label: vscode.l10n.t('Change Its Value…'), icon: 'edit', value: false },
      { label: vscode.l10n.t('Remove It'), icon: 'trash', value: true },
    ],
    { title, placeholder: name },
  );
  return isRemoved ? { unset: [name] } : { set: await askValue(title, name) };
}

/** No names of variables. */
const add = '';
const fromFile = ' ';

function placeholderOf(count: number): string {
  return count === 0
    ? vscode.l10n.t('It has no variables yet')
    : vscode.l10n.t('Choose a variable to change or remove it, or add one');
}

async function askName(title: string, present: readonly string[]): Promise<string> {
  return input({
    title,
    prompt: vscode.l10n.t('Name of the new variable'),
    placeholder: 'SMTP_HOST',
    validate: (text) => {
      if (present.includes(text)) {
        return vscode.l10n.t('{0} is there already.', text);
      }
      return /^[A-Za-z_]\w*$/.test(text)
        ? undefined
        : vscode.l10n.t('Enter letters, digits and underscores, no digit first.');
    },
  });
}

async function askValue(title: string, name: string): Promise<Record<string, string>> {
  const prompt = vscode.l10n.t('Value of {0}', name);
  return { [name]: await input({ title, prompt, password: true }) };
}

async function readEnvFile(title: string): Promise<Record<string, string>> {
  const options = { title, openLabel: vscode.l10n.t('Import') };
  const [file] = (await vscode.window.showOpenDialog(options)) ?? [];
  if (!file) {
    throw cancelled();
  }
  const variables = Object.entries(parseEnv(await readFile(file.fsPath, 'utf8')));
  if (variables.length === 0) {
    throw new AppError('invalidInput', vscode.l10n.t('The file sets no variable.'));
  }
  return Object.fromEntries(variables.map(([name, value]) => [name, value ?? '']));
}
