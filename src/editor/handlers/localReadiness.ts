import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, isAppError } from '../../core/base/errors';
import { DisposableStore } from '../../core/base/disposable';
import type { LocalRun, LocalRuns } from '../../core/handlers/localRuns';
import type { LocalService } from '../../core/handlers/localService';
import { settings } from '../settings';

/** The folder's service once it answers. Throws `serviceNotReady` where it ends, or takes too long. */
export async function whenReady(runs: LocalRuns, folder: string): Promise<LocalRun> {
  return new Promise((resolve, reject) => {
    const owned = new DisposableStore();
    const settle = (end: () => void) => {
      owned.dispose();
      end();
    };
    const look = () => {
      const run = runs.find(folder);
      if (run?.state === 'ready') {
        settle(() => resolve(run));
      } else if (!run) {
        settle(() => reject(endedEarly(folder)));
      }
    };
    owned.add(runs.onDidChange(look));
    const timer = setTimeout(
      () => settle(() => reject(notAnswering(folder))),
      settings.handlersStartMs(folder),
    );
    owned.add({ dispose: () => clearTimeout(timer) });
    look();
  });
}

/** Throws only `cancelled`. */
export async function isHealthyWithin(
  service: LocalService,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await service.waitUntilHealthy({ timeoutMs, signal });
    return true;
  } catch (error) {
    if (isAppError(error, 'serviceNotReady')) {
      return false;
    }
    throw error;
  }
}

export function notAnswering(folder: string): AppError {
  return new AppError(
    'serviceNotReady',
    vscode.l10n.t(
      '{0} does not answer on its port after {1} s. The Debug Console tells what it printed; if it is stopped at a breakpoint, go on.',
      path.basename(folder),
      settings.handlersStartMs(folder) / 1000,
    ),
  );
}

function endedEarly(folder: string): AppError {
  const name = path.basename(folder);
  const text = vscode.l10n.t('{0} ended before it answered. See the Debug Console.', name);
  return new AppError('serviceNotReady', text);
}
