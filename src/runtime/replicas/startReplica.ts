import { AppError } from '../../core/base/errors';
import { delay, throwIfAborted } from '../../core/base/retry';
import { backOffMs } from '../backOff';
import type { LogSink } from '../logs/logCapture';
import type { AttemptOutput } from './attemptOutput';
import type { FailedStarts } from './failedStarts';
import type { Ports } from './ports';
import { servicePort } from './processEnvironment';
import type { Replica } from './replica';

export interface StartOptions {
  readonly create: (port: number, sink: LogSink) => Replica;
  readonly ports: Ports;
  /** Those that there were already count too. */
  readonly failed: FailedStarts;
  /** Failures in a row that end the start. */
  readonly attempts: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A replica, and what it prints. */
export interface Started {
  readonly replica: Replica;
  readonly output: AttemptOutput;
}

/**
 * Starts a service until it answers pings; what ends meanwhile is started again, later each time.
 * Throws AppError serviceNotReady, or cancelled; nothing is left running then.
 */
export async function startReplica(options: StartOptions): Promise<Started> {
  const { failed, attempts, signal } = options;
  let exit = 'it kept ending';
  while (failed.inARow < attempts) {
    await delay(backOffMs(failed.inARow), signal);
    const { replica, output } = await startOnce(options);
    if (replica.exit === undefined) {
      return { replica, output };
    }
    exit = replica.exit;
    failed.add(output, exit);
  }
  failed.tellRepeated();
  const often = attempts === 1 ? 'once' : `${attempts} times`;
  throw new AppError(
    'serviceNotReady',
    `The service ended ${often} while it was starting (${exit}). Its logs tell why.`,
  );
}

async function startOnce({ create, ports, failed, timeoutMs, signal }: StartOptions) {
  const port = await ports.take();
  const output = failed.nextOutput();
  try {
    throwIfAborted(signal);
    const replica = create(port, output);
    void replica.exited.then(() => ports.release(port));
    await waitFor(replica, timeoutMs, signal);
    return { replica, output };
  } catch (error) {
    output.release();
    ports.release(port);
    throw error;
  }
}

/** Resolves when it answers, or has ended. */
async function waitFor(replica: Replica, timeoutMs: number, signal: AbortSignal): Promise<void> {
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
}
