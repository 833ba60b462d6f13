import { Pool, type Dispatcher } from 'undici';
import { delay } from '../../core/base/retry';
import type { Limits } from '../limits';

/** A replica is on this machine: who does not accept a connection at once does not listen. */
const connectMs = 2_000;
/** Node.js servers close an idle connection after 5 s: a request must never meet that moment. */
const idleConnectionMs = 2_000;

export type TrafficLimits = Pick<Limits, 'replicaRequests' | 'requestMs' | 'streamMs'>;

/**
 * The requests to one replica: its connections, and how many requests are under way. Whoever makes
 * it closes it.
 */
export class ReplicaTraffic {
  private readonly pool: Pool;
  private count = 0;
  private onIdle: () => void = () => undefined;

  constructor(
    readonly port: number,
    private readonly limits: TrafficLimits,
  ) {
    this.pool = new Pool(`http://127.0.0.1:${port}`, {
      connections: limits.replicaRequests,
      connectTimeout: connectMs,
      keepAliveTimeout: idleConnectionMs,
      headersTimeout: limits.requestMs,
      bodyTimeout: limits.streamMs,
    });
  }

  get underWay(): number {
    return this.count;
  }

  /** Each of its connections has a request. */
  get isFull(): boolean {
    return this.count >= this.limits.replicaRequests;
  }

  /** Counts a request from the choice of the replica on, so that it never ends in between. */
  begin(): void {
    this.count += 1;
  }

  end(): void {
    this.count -= 1;
    if (this.count === 0) {
      this.onIdle();
    }
  }

  send(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.pool.dispatch(request, handler);
  }

  /** Waits until nothing is under way, the time is over, or `signal` says so. */
  async idle(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.count === 0 || signal.aborted) {
      return;
    }
    const timer = new AbortController();
    const timeout = delay(timeoutMs, AbortSignal.any([signal, timer.signal]));
    const idle = new Promise<void>((resolve) => (this.onIdle = resolve));
    await Promise.race([idle, timeout.catch(() => undefined)]);
    timer.abort();
  }

  /** Ends its connections, with whatever is under way. */
  close(): void {
    void this.pool.destroy();
  }
}
