import { AppError } from '../../core/base/errors';
import { delay, throwIfAborted } from '../../core/base/retry';
import { servicePort } from './processEnvironment';
import { findFreePort } from './freePort';
import type { Replica } from './replica';

export interface StartOptions {
  readonly create: (port: number) => Replica;
  /** Exits in a row that end the start. */
  readonly attempts: number;
  /** How many of them there were already. */
  readonly failures: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts a service until it answers pings; what ends meanwhile is started again, later each time.
 * Throws AppError serviceNotReady, or cancelled; nothing is left running then.
 */
export async function startReplica(options: StartOptions): Promise<Replica> {
  let exit = 'it kept ending';
  for (let failures = options.failures; failures < options.attempts; failures++) {
    await delay(backOffMs(failures), options.signal);
    const replica = await startOnce(options);
    if (replica.exit === undefined) {
      return replica;
    }
    exit = replica.exit;
  }
  throw new AppError(
    'serviceNotReady',
    `The service ended ${options.attempts} times while it was starting (${exit}). Its logs tell why.`,
  );
}

async function startOnce({ create, timeoutMs, signal }: StartOptions): Promise<Replica> {
  const port = await findFreePort();
  throwIfAborted(signal);
  const replica = create(port);
  let outcome: 'healthy' | 'exited' | 'silent' | undefined;
  try {
    outcome = await replica.waitUntilHealthy(timeoutMs, signal);
  } finally {
    if (outcome !== 'healthy') {
      await replica.stop();
    }
  }
  if (outcome === 'silent') {
    throw new AppError(
      'serviceNotReady',
      `The service did not answer /healthcheck on port ${servicePort} within ${timeoutMs / 1_000} s.`,
    );
  }
  return replica;
}

/** 0, 50 ms, 100 ms, … 2 s. */
export function backOffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(50 * 2 ** (failures - 1), 2_000);
}
