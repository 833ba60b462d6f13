import * as vscode from 'vscode';
import type { ApiProvider } from '../../core/accounts/apiProvider';
import { AppError } from '../../core/base/errors';
import { input, pick } from '../ask';
import type { FetchLogsArgument } from '../contributions';
import type { Call, CommandRunner } from '../runCommand';
import { settings } from '../settings';
import type { Targets } from '../targets';
import type { LogChannels } from './logChannels';

/** Contract 5: one page holds at most this many entries. */
const largestPage = 2_000;

type Range = { from?: string; to?: string };

/** Follow, stop and fetch the logs of a service environment. */
export class LogCommands {
  constructor(
    private readonly apis: ApiProvider,
    private readonly targets: Targets,
    private readonly channels: LogChannels,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.logs.follow', (call) => this.follow(call)),
      runner.register('flexservice.logs.stop', (call) => this.stop(call)),
      runner.register('flexservice.logs.fetch', (call) => this.fetch(call)),
    ];
  }

  private async follow({ argument }: Call<'flexservice.logs.follow'>): Promise<void> {
    const target = await this.targets.target(argument);
    this.channels.follow(target, new Date(Date.now() - settings.logsLookBackMs()).toISOString());
  }

  private async stop({ argument }: Call<'flexservice.logs.stop'>): Promise<void> {
    const isNamed = argument.folder !== undefined || argument.service !== undefined;
    const target = isNamed ? await this.targets.target(argument) : undefined;
    if (!this.channels.stop(target?.environmentId)) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('No log is being followed'), 5_000);
    }
  }

  private async fetch({ argument, byPerson }: Call<'flexservice.logs.fetch'>) {
    const target = await this.targets.target(argument);
    const range = byPerson ? await askRange() : { from: argument.from, to: argument.to };
    const query = { ...checked(range), ...pageOf(argument, byPerson) };
    const api = await this.apis.forAccount(target.account.id);
    const entries = await api.fetchLogs(target.serviceId, target.environmentId, query);
    if (byPerson) {
      const full = entries.length === largestPage ? vscode.l10n.t(', more exist') : '';
      const title = vscode.l10n.t(
        '{0} entries from {1} to {2}{3}',
        entries.length,
        query.from ?? vscode.l10n.t('the beginning'),
        query.to ?? vscode.l10n.t('now'),
        full,
      );
      this.channels.show(target, title, entries);
    }
    return { entries };
  }
}

function pageOf({ limit, page }: FetchLogsArgument, byPerson: boolean) {
  return { limit: limit ?? (byPerson ? largestPage : undefined), page };
}

async function askRange(): Promise<Range> {
  const minutes = (count: number) => new Date(Date.now() - count * 60_000).toISOString();
  const title = vscode.l10n.t('Fetch Logs');
  const from = await pick<string | undefined>(
    [
      { label: vscode.l10n.t('Last 15 minutes'), value: minutes(15) },
      { label: vscode.l10n.t('Last hour'), value: minutes(60) },
      { label: vscode.l10n.t('Last 24 hours'), value: minutes(24 * 60) },
      { label: vscode.l10n.t('From … to …'), value: undefined },
    ],
    { title, placeholder: vscode.l10n.t('Which time range?') },
  );
  return from === undefined ? askTimes(title) : { from };
}

async function askTimes(title: string): Promise<Range> {
  const validate = (text: string) =>
    text.trim() === '' || !Number.isNaN(Date.parse(text))
      ? undefined
      : vscode.l10n.t('Enter a time such as 2026-01-31T09:30, or nothing.');
  const placeholder = '2026-01-31T09:30';
  const ask = async (prompt: string) => {
    const text = await input({ title, prompt, placeholder, validate });
    return text.trim() === '' ? undefined : text.trim();
  };
  const from = await ask(vscode.l10n.t('From when (local time)? Empty: from the beginning'));
  const to = await ask(vscode.l10n.t('To when (local time)? Empty: now'));
  return { from, to };
}

/** As ISO times in UTC; the order is checked before the wire is. */
function checked({ from, to }: Range): Range {
  const [start, end] = [toIso(from), toIso(to)];
  if (start !== undefined && end !== undefined && start >= end) {
    throw new AppError('invalidInput', vscode.l10n.t('The time range ends before it begins.'));
  }
  return { from: start, to: end };
}

function toIso(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new AppError('invalidInput', vscode.l10n.t('This is not a time: {0}', text));
  }
  return new Date(time).toISOString();
}
