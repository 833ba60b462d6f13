import { delay } from '../../core/base/retry';
import type { Limits } from '../limits';
import { isHealthy } from './healthcheck';

/**
 * Pings a replica that serves. Resolves true when it has missed as many pings in a row as the limits
 * allow, and false when `signal` ends the pings. Never throws.
 */
export async function losesPulse(
  port: number,
  { pingMs, pingMisses }: Pick<Limits, 'pingMs' | 'pingMisses'>,
  signal: AbortSignal,
): Promise<boolean> {
  let missed = 0;
  while (missed < pingMisses) {
    try {
      await delay(pingMs, signal);
    } catch {
      return false;
    }
    missed = (await isHealthy(port, pingMs)) ? 0 : missed + 1;
  }
  return !signal.aborted;
}
