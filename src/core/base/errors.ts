/** Why something failed; code branches on this, never on a message. */
export type ErrorCode =
  | 'cancelled'
  // accounts
  | 'notSignedIn'
  | 'sessionExpired'
  | 'badCredentials'
  | 'twoFactorRequired'
  // the wire
  | 'unreachable'
  | 'timedOut'
  | 'notFound'
  | 'forbidden'
  | 'rejected'
  | 'serverFailed'
  // the folder
  | 'noFolder'
  | 'notBound'
  | 'bindingBroken'
  | 'manifestInvalid'
  | 'fileInvalid'
  // deploy
  | 'preflightFailed'
  | 'bundleTooLarge'
  | 'versionMoved'
  | 'gitFailed'
  | 'deployFailed'
  | 'outcomeUnknown'
  // handlers and runtime
  | 'portTaken'
  | 'folderTaken'
  | 'serviceNotReady'
  | 'runtimeFailed'
  // arguments
  | 'ambiguous'
  | 'invalidInput';

export interface AppErrorOptions {
  cause?: unknown;
  /** Facts for the log, never a secret. */
  details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error family: `message` is a sentence fit for the user (what failed, why, what to do),
 * `code` is what code branches on, `details` go to the log.
 */
export class AppError extends Error {
  /** A literal, since minifiers rename classes. */
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export function isAppError(error: unknown, ...codes: ErrorCode[]): error is AppError {
  return error instanceof AppError && (codes.length === 0 || codes.includes(error.code));
}

/** What is thrown for an aborted signal: the sentence of whoever aborted it, where it has one. */
export function cancelled(signal?: AbortSignal): AppError {
  return endedBy(signal) ?? new AppError('cancelled', 'Cancelled.');
}

/** What a signal was aborted with, where that is an error `cancelled` with a sentence for a person. */
export function endedBy(signal: AbortSignal | undefined): AppError | undefined {
  const reason: unknown = signal?.reason;
  return isAppError(reason, 'cancelled') ? reason : undefined;
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system error such as ENOENT, undefined where there is none. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
