import { cancelled } from '../../core/base/errors';
import type { LogSink } from '../logs/logCapture';
import type { FailedStarts } from './failedStarts';
import { losesPulse } from './pulse';
import type { Replica } from './replica';
import type { ReplicaTools } from './createReplica';
import { ReplicaTraffic } from './replicaTraffic';
import { startReplica, type Started } from './startReplica';

export interface KeeperOptions {
  readonly tools: Pick<ReplicaTools, 'ports' | 'limits' | 'metrics'>;
  readonly create: (port: number, sink: LogSink) => Replica;
  readonly failed: FailedStarts;
  /** The environment ends: nothing is started, nobody is waited for any more. */
  readonly signal: AbortSignal;
  /** It begins to serve, or ceases to. */
  readonly onChange: () => void;
  /** It ended by itself and is started again; not told where it ends as it did before. */
  readonly onExit: (exit: string) => void;
  /** A start in the background has failed for good. */
  readonly onGiveUp: (keeper: ReplicaKeeper, error: unknown) => void;
}

/** A replica that lived this long has not failed to start. */
const settledAfterMs = 10_000;

/**
 * Keeps one replica of a version alive: one that ends by itself, or hangs, is replaced, with
 * back-off.
 */
export class ReplicaKeeper {
  private replica: Replica | undefined;
  private open: ReplicaTraffic | undefined;
  private starting: Promise<unknown> = Promise.resolve();
  private readonly ending = new AbortController();
  private readonly signal: AbortSignal;

  constructor(private readonly options: KeeperOptions) {
    this.signal = AbortSignal.any([options.signal, this.ending.signal]);
  }

  /** Takes requests; undefined while the replica does not serve. */
  get traffic(): ReplicaTraffic | undefined {
    return this.open;
  }

  /** Resolves when its replica serves. Throws AppError serviceNotReady or cancelled. */
  async start(): Promise<void> {
    const starting = this.begin();
    this.starting = starting.catch(() => undefined);
    await starting;
  }

  /** Starts in the background; only a failure for good is told. */
  async restart(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      if (!this.signal.aborted) {
        this.options.onGiveUp(this, error);
      }
    }
  }

  /** Takes no requests from now on, and ends when those under way have been answered. */
  async drain(): Promise<void> {
    const { drainMs } = this.options.tools.limits;
    const traffic = this.leave();
    const exited = this.replica?.exited;
    await Promise.race([traffic?.idle(drainMs, this.options.signal), exited]);
    if (traffic?.underWay === 0) {
      // Its idle connections would make an older Node.js wait for them.
      traffic.close();
    }
    await this.end(traffic);
  }

  /** Ends at once. */
  async stop(): Promise<void> {
    await this.end(this.leave());
  }

  private leave(): ReplicaTraffic | undefined {
    const traffic = this.open;
    this.open = undefined;
    this.ending.abort();
    this.options.onChange();
    return traffic;
  }

  private async end(traffic: ReplicaTraffic | undefined): Promise<void> {
    await Promise.all([this.starting, this.replica?.stop()]);
    traffic?.close();
  }

  private async begin(): Promise<void> {
    const { create, tools, failed } = this.options;
    const started = await startReplica({
      create,
      ports: tools.ports,
      failed,
      attempts: tools.limits.startAttempts,
      timeoutMs: tools.limits.startMs,
      signal: this.signal,
    });
    if (this.signal.aborted) {
      await started.replica.stop();
      throw cancelled();
    }
    this.serve(started);
  }

  private serve(started: Started): void {
    const traffic = new ReplicaTraffic(started.replica.port, this.options.tools.limits);
    this.replica = started.replica;
    this.open = traffic;
    this.options.onChange();
    void this.watch(started, traffic);
  }

  private async watch({ replica, output }: Started, traffic: ReplicaTraffic): Promise<void> {
    const { failed, tools, onChange, onExit } = this.options;
    const since = Date.now();
    const timer = setTimeout(() => {
      failed.forget();
      output.release();
    }, settledAfterMs);
    const exit = await this.endOf(replica);
    clearTimeout(timer);
    if (this.signal.aborted) {
      output.release();
      return;
    }
    this.open = undefined;
    traffic.close();
    onChange();
    tools.metrics.replicaRestarted();
    const hasSettled = Date.now() - since >= settledAfterMs;
    if (hasSettled) {
      failed.forget();
    }
    if (hasSettled || failed.add(output, exit)) {
      onExit(exit);
    }
    await this.restart();
  }

  /** In words; one that answers no pings any more is ended, and takes no requests meanwhile. */
  private async endOf(replica: Replica): Promise<string> {
    const { tools, onChange } = this.options;
    const over = new AbortController();
    void replica.exited.then(() => over.abort());
    const watching = AbortSignal.any([this.signal, over.signal]);
    if (!(await losesPulse(replica.port, tools.limits, watching))) {
      return replica.exited;
    }
    this.open = undefined;
    onChange();
    await replica.stop();
    return `it answered no ping ${tools.limits.pingMisses} times`;
  }
}
