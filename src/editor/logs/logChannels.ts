import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { ApiProvider } from '../../core/accounts/apiProvider';
import type { LogEntry } from '../../core/kinvey/apiTypes';
import { formatEntry } from '../../core/logs/logEntry';
import { LogFollower, type FollowState, type LogSource } from '../../core/logs/logFollower';
import type { AppError } from '../../core/base/errors';
import type { NamedTarget } from '../targets';

interface Followed extends Disposable {
  readonly name: string;
}

/** One output channel per service environment, and who is being followed into it. */
export class LogChannels implements Disposable {
  private readonly channels = new Map<string, vscode.OutputChannel>();
  private readonly followed = new Map<string, Followed>();

  constructor(private readonly apis: ApiProvider) {}

  /** Follows into the channel from `from` on (ISO time); following already, it only shows. */
  follow(target: NamedTarget, from: string): void {
    const channel = this.channelOf(target);
    channel.show(true);
    if (this.followed.has(target.environmentId)) {
      return;
    }
    const owned = new DisposableStore();
    const follower = owned.add(new LogFollower(this.sourceOf(target), { from }));
    owned.add(follower.onEntries((entries) => append(channel, entries)));
    owned.add(
      follower.onDidChangeState(({ state, error }) => this.tell(channel, target, state, error)),
    );
    this.followed.set(target.environmentId, {
      name: nameOf(target),
      dispose: () => owned.dispose(),
    });
    follower.start();
  }

  /** Ends following one environment, or all. True where there was something to end. */
  stop(environmentId?: string): boolean {
    const ids = environmentId === undefined ? [...this.followed.keys()] : [environmentId];
    const ended = ids.filter((id) => this.followed.has(id));
    for (const id of ended) {
      this.followed.get(id)?.dispose();
      this.followed.delete(id);
      this.channels.get(id)?.appendLine(note(vscode.l10n.t('stopped following')));
    }
    return ended.length > 0;
  }

  /** Writes entries that somebody fetched. */
  show(target: NamedTarget, title: string, entries: readonly LogEntry[]): void {
    const channel = this.channelOf(target);
    channel.appendLine(note(title));
    append(channel, entries);
    channel.show(true);
  }

  dispose(): void {
    for (const item of [...this.followed.values(), ...this.channels.values()]) {
      item.dispose();
    }
  }

  private sourceOf({ account, serviceId, environmentId }: NamedTarget): LogSource {
    const api = () => this.apis.forAccount(account.id);
    return {
      fetch: async (query, signal) =>
        (await api()).fetchLogs(serviceId, environmentId, query, signal),
      stream: async (start, signal) =>
        (await api()).streamLogs(serviceId, environmentId, start, signal),
    };
  }

  private channelOf(target: NamedTarget): vscode.OutputChannel {
    const known = this.channels.get(target.environmentId);
    if (known) {
      return known;
    }
    const channel = vscode.window.createOutputChannel(nameOf(target), 'log');
    this.channels.set(target.environmentId, channel);
    return channel;
  }

  private tell(
    channel: vscode.OutputChannel,
    target: NamedTarget,
    state: FollowState,
    error?: AppError,
  ): void {
    const reason = error?.message ?? '';
    if (state === 'connecting') {
      channel.appendLine(note(vscode.l10n.t('following {0}', nameOf(target))));
    }
    if (state === 'waiting') {
      channel.appendLine(note(vscode.l10n.t('interrupted, trying again: {0}', reason)));
    }
    if (state === 'ended') {
      channel.appendLine(note(vscode.l10n.t('ended: {0}', reason)));
      const ended = this.followed.get(target.environmentId);
      this.followed.delete(target.environmentId);
      ended?.dispose();
    }
  }
}

function nameOf({ serviceName, environmentName }: NamedTarget): string {
  return `FlexService: ${serviceName} (${environmentName})`;
}

/** Our own words among the service's. */
function note(text: string): string {
  return `--- ${text} ---`;
}

function append(channel: vscode.OutputChannel, entries: readonly LogEntry[]): void {
  if (entries.length > 0) {
    channel.append(`${entries.flatMap((entry) => formatEntry(entry)).join('\n')}\n`);
  }
}
