import path from 'node:path';
import * as vscode from 'vscode';
import { isAppError, messageOf } from '../../../core/base/errors';
import type { DeployResult } from '../../../core/deploy/deployment';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import { readFailureFrames, type FailureFrame } from '../../../core/deploy/watch/failureFrames';
import type { RunningDeployments } from '../../../core/deploy/watch/runningDeployments';
import type { StartupError } from '../../../core/logs/startupError';
import type { Vault } from '../../../core/deploy/vault/vault';
import type { DeployArgument } from '../../contributions';
import type { FailureProblems } from '../failure/failureProblems';

/** Deploys as the command does, until the signal ends it. */
export type RunDeploy = (
  argument: DeployArgument & { folder: string },
  signal: AbortSignal,
) => Promise<DeployResult>;

/**
 * The terminal of a deploy task: deploys, prints what happens, and ends with exit code 0 only where
 * the version that it sent is online. Ending it cancels the deploy as its notification does: what the instance
 * got by then goes on there.
 */
export class DeployTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.written.event;
  private readonly ended = new vscode.EventEmitter<number>();
  readonly onDidClose = this.ended.event;
  private told = '';
  private readonly abort = new AbortController();

  constructor(
    private readonly deploy: RunDeploy,
    private readonly argument: DeployArgument & { folder: string },
    private readonly records: DeploymentStore,
    private readonly running: RunningDeployments,
    private readonly vault: Vault,
    private readonly problems: FailureProblems,
  ) {}

  open(): void {
    void this.run().then((code) => this.ended.fire(code));
  }

  close(): void {
    this.abort.abort();
    this.written.dispose();
    this.ended.dispose();
  }

  private async run(): Promise<number> {
    const { folder } = this.argument;
    const leaving = this.problems.leave(folder);
    const watching = this.running.onDidChange((changed) => {
      if (changed === folder) this.tellPhase();
    });
    try {
      const report = await this.deploy(this.argument, this.abort.signal);
      await this.tellEnd(report);
      return report.outcome === 'online' && report.followed !== true ? 0 : 1;
    } catch (error) {
      this.print(isAppError(error, 'cancelled') ? vscode.l10n.t('Cancelled.') : messageOf(error));
      return 1;
    } finally {
      watching.dispose();
      leaving.dispose();
    }
  }

  /** A line whenever there is something new to tell; the fractions of an upload are not. */
  private tellPhase(): void {
    const { phase, message } = this.running.get(this.argument.folder) ?? {};
    const news = phase === 'uploading' ? phase : message;
    if (message !== undefined && news !== undefined && news !== this.told && phase !== 'done') {
      this.told = news;
      this.print(message);
    }
  }

  private async tellEnd(result: DeployResult): Promise<void> {
    const { outcome, version, followed, reason, unwritten, startupError } = result;
    if (followed) {
      this.print(
        vscode.l10n.t('{0} was deployed by somebody else: nothing was sent from here.', version),
      );
    }
    if (unwritten !== undefined) {
      this.print(unwritten);
    }
    if (outcome === 'online') {
      this.print(vscode.l10n.t('{0} is online.', version));
      return;
    }
    this.print(reason ?? vscode.l10n.t('{0} is not online.', version));
    if (startupError) {
      this.tellFailure(startupError, await this.framesOf(result));
    }
  }

  /** None of what somebody else sent, which need not be what the folder has. */
  private async framesOf({ job, version, followed }: DeployResult) {
    const history = followed ? [] : this.records.history(this.argument.folder);
    const record = history.find((one) => one.job === job && one.version === version);
    return record && readFailureFrames(this.vault, record);
  }

  /** The first line of it is what the problem matcher of package.json reads. */
  private tellFailure(
    { message, stack }: StartupError,
    frames: readonly FailureFrame[] = stack.map((text) => ({ text })),
  ): void {
    const first = frames.find(({ source }) => source?.at === 'folder')?.source;
    const file = path.join(this.argument.folder, first?.path ?? 'package.json');
    const { line = 1, column = 1 } = first ?? {};
    const [head = '', ...rest] = message.split(/\r?\n/);
    this.print(`${file}:${line}:${column}: error: ${head}`);
    [...rest, ...frames.map(({ text }) => text)].forEach((text) => this.print(`    ${text}`));
  }

  private print(text: string): void {
    this.written.fire(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`);
  }
}
