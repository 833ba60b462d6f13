import { access } from 'node:fs/promises';
import path from 'node:path';
import { isAppError, messageOf } from '../base/errors';
import { hideIn } from '../base/hiddenText';
import type { Discovery } from '../handlers/discovery';
import { handlerChange } from '../handlers/handlerChange';
import { tryStart, type LocalStart, type LocalStartTools } from '../handlers/localStart';
import { findStartupError, type StartupError } from '../logs/startupError';
import type { BundlePlan } from '../project/bundlePlan';
import { createTrialFolder } from './trialFolder';
import type { Finding } from './finding';

export interface StartCheckRequest extends LocalStartTools {
  /** The handlers of the version that serves; undefined where nobody knows. */
  readonly deployed: Promise<Discovery | undefined>;
}

export interface StartCheckOptions extends StartCheckRequest {
  readonly bundle: BundlePlan;
  /** Of the service environment, with those of the deploy. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type Ended = Extract<LocalStart, { kind: 'ended' }>;

export interface StartReport {
  readonly findings: readonly Finding[];
  /** Undefined where it did not start. */
  readonly handlers?: Discovery;
}

/**
 * Starts what would be sent on this machine, in a copy, and tells why it does not start, or which
 * handlers of the deployed version would be gone. Throws only `cancelled`.
 */
export async function checkStart(options: StartCheckOptions): Promise<StartReport> {
  const { bundle, timeoutMs } = options;
  const start = await startCopy(options);
  switch (start.kind) {
    case 'started':
      return guarded(start.handlers, await options.deployed.catch(() => undefined));
    case 'silent':
      return { findings: [unready(start, Math.round(timeoutMs / 1_000))] };
    case 'ended':
      return { findings: [await failureOf(bundle, withoutValues(start, options.variables))] };
  }
}

/** What it prints names the files of the folder, and not of the copy. */
async function startCopy(options: StartCheckOptions): Promise<LocalStart> {
  const { bundle, signal } = options;
  try {
    const copy = await createTrialFolder(bundle, signal);
    try {
      const start = await tryStart({ ...options, folder: copy.folder });
      return start.kind === 'ended'
        ? { ...start, output: start.output.replaceAll(copy.folder, bundle.folder) }
        : start;
    } finally {
      await copy.remove();
    }
  } catch (error) {
    if (isAppError(error, 'cancelled')) {
      throw error;
    }
    return { kind: 'ended', end: { isStarted: false, how: messageOf(error) }, output: '' };
  }
}

/** A service may print what it was started with. */
function withoutValues(ended: Ended, variables: Readonly<Record<string, string>>): Ended {
  return { ...ended, output: hideIn(ended.output, Object.values(variables)) };
}

/** The handler contract guard: whoever calls what is gone gets errors from then on. */
function guarded(handlers: Discovery | undefined, deployed: Discovery | undefined): StartReport {
  const { removed = [] } = handlerChange(deployed, handlers) ?? {};
  if (removed.length === 0) {
    return { findings: [], handlers };
  }
  const message = `The deployed version has handlers that would be gone: ${removed.join(', ')}.`;
  return { findings: [{ severity: 'error', code: 'handlersGone', message }], handlers };
}

/** The SDK answers `healthy: true` (contract 7.2); our runtime takes any 200 for it. */
function unready({ answers }: Extract<LocalStart, { kind: 'silent' }>, seconds: number): Finding {
  if (answers === undefined) {
    const message = `The service was started here and did not answer within ${seconds} seconds.`;
    return { severity: 'error', code: 'startFailed', message };
  }
  const message = `Whether the service starts could not be seen: it answers GET /healthcheck with ${answers}, but not within ${seconds} seconds with 200 and "healthy": true, as kinvey-flex-sdk does.`;
  return { severity: 'warning', code: 'startUnchecked', message };
}

async function failureOf({ folder }: BundlePlan, { end, output }: Ended): Promise<Finding> {
  const error = startupErrorOf(output);
  const why = error?.message ?? end.how;
  if (!end.isStarted || (isModuleMissing(why) && !(await isInstalled(folder)))) {
    const what = end.isStarted ? 'its dependencies are not installed here' : end.how;
    const message = `Whether the service starts could not be seen: ${what}.`;
    return { severity: 'warning', code: 'startUnchecked', message };
  }
  const message = `The service was started here and ended (${end.how}): ${lastWords(error, output)}`;
  return { severity: 'error', code: 'startFailed', message, ...placeOf(folder, error) };
}

function startupErrorOf(output: string): StartupError | undefined {
  const timestamp = new Date().toISOString();
  const entry = { _id: '', containerId: '', timestamp, threshold: null, message: output };
  return findStartupError([entry]);
}

function isModuleMissing(message: string): boolean {
  return /Cannot find (?:module|package)/.test(message);
}

async function isInstalled(folder: string): Promise<boolean> {
  try {
    await access(path.join(folder, 'node_modules'));
    return true;
  } catch {
    return false;
  }
}

function lastWords(error: StartupError | undefined, output: string): string {
  const last = output.trim().split('\n').at(-1) ?? '';
  const words = (error?.message ?? last).replaceAll(/\s+/g, ' ').trim();
  return words || 'it printed nothing.';
}

/** Of the innermost frame in the service's own files. */
function placeOf(folder: string, error: StartupError | undefined): Pick<Finding, 'file' | 'line'> {
  for (const frame of error?.stack ?? []) {
    const [, file, line] = /(?:\(|at )(?:file:\/\/)?([^()]+?):(\d+):\d+\)?$/.exec(frame) ?? [];
    const inside = file && path.relative(folder, file);
    if (inside && !/^\.\.|node_modules/.test(inside)) {
      return { file, line: Number(line) };
    }
  }
  return {};
}
