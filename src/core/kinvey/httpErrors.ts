import { AppError, isAppError, type ErrorCode } from '../base/errors';
import { hideIn } from '../base/hiddenText';
import type { HttpAnswer } from './httpAnswer';
import { instanceLabel, isLocalInstance } from './instances';
import { parseRetryAfter } from './retryDelay';

/** What was asked, as far as an error may tell it. */
export interface AskedRequest {
  baseUrl: string;
  method: string;
  path: string;
  /** Texts that must not show up in an error even where the server echoes them. */
  secrets: readonly string[];
}

/**
 * The error for an answer other than 2xx; contract 2.2. Its details: status, kinveyCode, instance,
 * method, path.
 */
export function answerError(answer: HttpAnswer, asked: AskedRequest): AppError {
  const body = parseErrorBody(answer.text);
  const code = codeOf(answer.status, body.code, asked);
  return new AppError(code, hideSecrets(sentenceOf(code, answer, body.text, asked), asked), {
    details: {
      status: answer.status,
      kinveyCode: body.code,
      instance: asked.baseUrl,
      method: asked.method,
      path: asked.path,
      retryAfterMs: parseRetryAfter(answer.retryAfter),
    },
  });
}

/** The error where no answer came; `reason` is the system's code such as ECONNREFUSED. */
export function connectionError(reason: string, asked: AskedRequest): AppError {
  const why = reasons[reason] ?? (isTlsReason(reason) ? tlsTrouble(reason) : reason);
  const advice = isLocalInstance(asked.baseUrl)
    ? 'Is the FlexService Runtime running there?'
    : 'Check the address of the instance and your network.';
  return new AppError('unreachable', `${hostOf(asked)} cannot be reached: ${why}. ${advice}`, {
    details: { reason, method: asked.method, path: asked.path },
  });
}

/** Whether an instance cannot have got anything of a request, since there never was a connection. */
export function isNeverConnected(error: unknown): boolean {
  const reason = isAppError(error, 'unreachable') ? error.details.reason : undefined;
  return typeof reason === 'string' && unconnected.includes(reason);
}

export function timeoutError(timeoutMs: number, asked: AskedRequest): AppError {
  return new AppError(
    'timedOut',
    `${hostOf(asked)} did not answer within ${Math.ceil(timeoutMs / 1000)} s. Try again, and check your network if it stays so.`,
    { details: { timeoutMs, method: asked.method, path: asked.path } },
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no host has this name',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'nothing listens at this address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'it does not take connections',
};

/** Others may also end a connection that there was. */
const unconnected = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'];

function codeOf(status: number, kinveyCode: string | undefined, asked: AskedRequest): ErrorCode {
  if (kinveyCode === 'InvalidTwoFactorAuth') {
    return 'twoFactorRequired';
  }
  if (kinveyCode === 'InvalidCredentials' || status === 401) {
    return asked.method === 'POST' && asked.path === 'session'
      ? 'badCredentials'
      : 'sessionExpired';
  }
  if (status === 403) {
    return 'forbidden';
  }
  if (status === 404 || kinveyCode?.includes('NotFound') === true) {
    return 'notFound';
  }
  return status >= 400 && status < 500 ? 'rejected' : 'serverFailed';
}

function sentenceOf(
  code: ErrorCode,
  answer: HttpAnswer,
  told: string | undefined,
  asked: AskedRequest,
): string {
  if (code === 'sessionExpired') {
    return `Your session at ${instanceLabel(asked.baseUrl)} is over: sign in again.`;
  }
  if (answer.status >= 300 && answer.status < 400) {
    return `${hostOf(asked)} answered with a redirect${targetOf(answer.location)}, which is not followed: check the address of the instance.`;
  }
  if (told !== undefined) {
    return told;
  }
  const status = `${answer.status} ${answer.statusText}`.trim();
  return code === 'serverFailed'
    ? `${hostOf(asked)} failed (${status}). Try again in a while.`
    : `${hostOf(asked)} refused ${asked.method} ${asked.path} (${status}).`;
}

/** The code, and what the body says to a person; an HTML page says nothing. */
function parseErrorBody(text: string): { code?: string; text?: string } {
  const body = parseObject(text);
  const told = [
    typeof body.description === 'string' ? body.description.trim() : '',
    Array.isArray(body.errors) ? body.errors.map(fieldError).filter(Boolean).join(' ') : '',
  ];
  return {
    code: typeof body.code === 'string' ? body.code : undefined,
    text: told.filter(Boolean).join(' ').slice(0, 1000) || undefined,
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // An empty body or a page of a proxy: the status says all there is to say.
    return {};
  }
}

function fieldError(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) {
    return '';
  }
  const field = 'field' in error && typeof error.field === 'string' ? `${error.field}: ` : '';
  return typeof error.message === 'string' ? `${field}${error.message}` : '';
}

function hideSecrets(text: string, asked: AskedRequest): string {
  return hideIn(text, asked.secrets);
}

function isTlsReason(reason: string): boolean {
  return /CERT|TLS|SSL|SIGNATURE|EPROTO/.test(reason);
}

function tlsTrouble(reason: string): string {
  return reason === 'EPROTO' || reason.includes('SSL')
    ? `it does not speak TLS as expected (${reason})`
    : `its certificate is not trusted (${reason})`;
}

function targetOf(location: unknown): string {
  const known = typeof location === 'string' && URL.canParse(location);
  return known ? ` to ${new URL(location).origin}` : '';
}

function hostOf({ baseUrl }: AskedRequest): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}
