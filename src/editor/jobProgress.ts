import * as vscode from 'vscode';
import { AppError } from '../core/base/errors';
import type { DeployEvent } from '../core/deploy/deployment';
import type { RunningDeployments } from '../core/deploy/watch/runningDeployments';
import { signalOf } from './runCommand';

export type Job<R> = (signal: AbortSignal, onEvent: (event: DeployEvent) => void) => Promise<R>;

/** Runs a deploy or recycle under one notification that can be cancelled; the status bar follows. */
export class JobProgress {
  constructor(private readonly running: RunningDeployments) {}

  /** Throws `rejected` while a job of this folder is under way; `name` says of what. */
  ensureIdle(folder: string, name: string): void {
    if (this.running.get(folder)) {
      throw new AppError('rejected', vscode.l10n.t('{0} has a job under way already.', name));
    }
  }

  /** `signal` cancels it too. */
  async run<R>(title: string, folder: string, job: Job<R>, signal?: AbortSignal): Promise<R> {
    this.ensureIdle(folder, title);
    // At once, so that a second job is refused from here on.
    this.running.report(folder, { phase: 'preparing', message: vscode.l10n.t('Preparing…') });
    try {
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (progress, token) => {
          const signals = [signalOf(token), ...(signal ? [signal] : [])];
          return job(AbortSignal.any(signals), this.reporter(folder, progress));
        },
      );
    } finally {
      this.running.end(folder);
    }
  }

  private reporter(
    folder: string,
    progress: vscode.Progress<{ message: string; increment?: number }>,
  ) {
    let told = 0;
    return (event: DeployEvent) => {
      const percent = event.fraction === undefined ? told : Math.floor(event.fraction * 100);
      progress.report({ message: event.message, increment: Math.max(0, percent - told) });
      told = Math.max(told, percent);
      this.running.report(folder, event);
    };
  }
}
