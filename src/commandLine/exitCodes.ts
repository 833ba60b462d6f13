import { isAppError, type ErrorCode } from '../core/base/errors';
import type { DeployReport } from './deployRun';

/** Documented in `usage` and in README: pipelines go by them. */
const ofOutcome = {
  online: 0,
  sent: 0,
  checked: 0,
  failed: 1,
  replaced: 1,
  incomplete: 1,
  cancelled: 6,
  unknown: 6,
} as const;

const ofError: Partial<Record<ErrorCode, number>> = {
  invalidInput: 2,
  ambiguous: 2,
  notBound: 2,
  versionMoved: 2,
  noFolder: 3,
  bindingBroken: 3,
  manifestInvalid: 3,
  fileInvalid: 3,
  folderTaken: 3,
  preflightFailed: 3,
  bundleTooLarge: 3,
  notSignedIn: 4,
  sessionExpired: 4,
  forbidden: 4,
  outcomeUnknown: 6,
  cancelled: 7,
};
const ofAnyOther = 5;

/** Of a second Ctrl+C, as shells have it. */
export const exitAtOnce = 130;

export function exitOfReport(report: DeployReport): number {
  const isRefused = report.outcome === 'checked' && report.isRefused;
  return isRefused ? exitOf('preflightFailed') : ofOutcome[report.outcome];
}

export function exitOfError(error: unknown): number {
  return isAppError(error) ? exitOf(error.code) : ofAnyOther;
}

function exitOf(code: ErrorCode): number {
  return ofError[code] ?? ofAnyOther;
}
