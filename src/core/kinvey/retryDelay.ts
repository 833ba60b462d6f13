import { isAppError } from '../base/errors';

const retries = 2;
/** A server that wants us to wait longer than this is told to the user instead. */
const longestMs = 10_000;

/**
 * How many milliseconds to wait before a request that may be repeated is sent again after its
 * `attempt`-th failure (counted from 1); undefined where it is not worth it.
 */
export function retryDelay(error: unknown, attempt: number, backoffMs: number): number | undefined {
  if (attempt > retries || !isWorthRepeating(error)) {
    return undefined;
  }
  const asked = isAppError(error) ? error.details.retryAfterMs : undefined;
  const wait = typeof asked === 'number' ? asked : backoffMs * 2 ** (attempt - 1);
  return wait <= longestMs ? wait : undefined;
}

/** Milliseconds of a Retry-After header, which holds seconds or a date. */
export function parseRetryAfter(header: unknown, now = Date.now()): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') {
    return undefined;
  }
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function isWorthRepeating(error: unknown): boolean {
  if (!isAppError(error)) {
    return false;
  }
  const { status, reason } = error.details;
  return reason === 'ECONNRESET' || [429, 502, 503, 504].some((passing) => passing === status);
}
