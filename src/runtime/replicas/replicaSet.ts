import { throwIfAborted } from '../../core/base/retry';
import type { LogSink } from '../logs/logCapture';
import type { ReplicaCounts } from '../metrics/metrics';
import type { Serving } from '../store/environmentStore';
import type { Health } from '../store/rolloutRecords';
import { Balancer } from './balancer';
import { createReplica, type ReplicaTools } from './createReplica';
import { FailedStarts } from './failedStarts';
import { ReplicaKeeper } from './replicaKeeper';
import type { ReplicaTraffic } from './replicaTraffic';

export interface SetOptions {
  readonly environmentId: string;
  /** How many replicas there are. */
  readonly size: number;
  readonly tools: ReplicaTools;
  /** Ends starts that are under way. */
  readonly signal: AbortSignal;
  /** Writes a line of the runtime's own into the logs. */
  readonly note: (message: string) => void;
  /** Something began to serve, or ceased to. */
  readonly onChange: () => void;
  /** A replica has ended by itself and is started again. */
  readonly onExit: (exit: string) => void;
  /** A replica that was to be started again could not be. */
  readonly onGiveUp: (error: unknown) => void;
}

/** What replicas are started from, and how that went. */
interface Version {
  readonly serving: Serving;
  readonly failed: FailedStarts;
}

/** Hears that replica `number` of all is being started. */
export type OnStep = (number: number, size: number) => void;

/** The replicas of a service environment, and the way from one version to the next. */
export class ReplicaSet {
  private version: Version | undefined;
  private keepers: readonly ReplicaKeeper[] = [];
  private traffic: readonly ReplicaTraffic[] = [];
  private readonly leaving = new Set<Promise<void>>();
  private readonly balancer = new Balancer();

  constructor(private readonly options: SetOptions) {}

  /** ERROR: nothing serves, and nothing is being started. */
  get health(): Health {
    if (this.traffic.length > 0) {
      return 'ONLINE';
    }
    return this.keepers.length > 0 ? 'UPDATING' : 'ERROR';
  }

  /** The replica for the next request; undefined where none serves that was not tried before. */
  choose(tried?: ReadonlySet<ReplicaTraffic>): ReplicaTraffic | undefined {
    return this.balancer.choose(this.traffic, tried);
  }

  count(): ReplicaCounts {
    const serving = this.traffic.length;
    return { starting: this.keepers.length - serving, serving, draining: this.leaving.size };
  }

  /**
   * Replaces what serves, one replica after the other: each new one answers pings before an old one
   * leaves, and the last old one stays until all new ones are there. Throws AppError serviceNotReady
   * or cancelled; what served before goes on then, at its full number.
   */
  async rollTo(serving: Serving, onStep: OnStep): Promise<void> {
    const { size, signal } = this.options;
    const before = this.version;
    const old = [...this.keepers];
    const next = this.versionOf(serving);
    const fresh: ReplicaKeeper[] = [];
    try {
      while (fresh.length < size) {
        onStep(fresh.length + 1, size);
        fresh.push(await this.startKeeper(next));
        this.retire(...old.splice(0, fresh.length < size && old.length > 1 ? 1 : 0));
      }
    } catch (error) {
      throwIfAborted(signal);
      this.goBack(before, fresh);
      throw error;
    }
    this.version = next;
    this.retire(...old);
  }

  /**
   * Starts what is missing to the full number. Throws AppError serviceNotReady or cancelled; what
   * was started before goes on.
   */
  async fill(serving: Serving, onStep: OnStep): Promise<void> {
    const { size } = this.options;
    this.version ??= this.versionOf(serving);
    while (this.keepers.length < size) {
      onStep(this.keepers.length + 1, size);
      await this.startKeeper(this.version);
    }
  }

  /** Resolves when all that left have ended. */
  async drained(): Promise<void> {
    await Promise.all(this.leaving);
  }

  async stop(): Promise<void> {
    const { keepers } = this;
    this.version = undefined;
    this.keepers = [];
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    await this.drained();
  }

  private goBack(before: Version | undefined, fresh: readonly ReplicaKeeper[]): void {
    this.retire(...fresh);
    while (before && this.keepers.length < this.options.size) {
      void this.addKeeper(before).restart();
    }
  }

  private async startKeeper(version: Version): Promise<ReplicaKeeper> {
    const keeper = this.addKeeper(version);
    try {
      await keeper.start();
      return keeper;
    } catch (error) {
      this.remove([keeper]);
      throw error;
    }
  }

  private addKeeper({ serving, failed }: Version): ReplicaKeeper {
    const { environmentId, tools, signal, onExit, onGiveUp } = this.options;
    const keeper = new ReplicaKeeper({
      tools,
      create: (port, sink: LogSink) => createReplica(tools, serving, { environmentId, port, sink }),
      failed,
      signal,
      onChange: () => this.refresh(),
      onExit,
      onGiveUp: (failing, error) => {
        this.remove([failing]);
        onGiveUp(error);
      },
    });
    this.keepers = [...this.keepers, keeper];
    return keeper;
  }

  private retire(...keepers: readonly ReplicaKeeper[]): void {
    this.remove(keepers);
    for (const keeper of keepers) {
      const gone = keeper.drain().finally(() => this.leaving.delete(gone));
      this.leaving.add(gone);
    }
  }

  private remove(keepers: readonly ReplicaKeeper[]): void {
    this.keepers = this.keepers.filter((keeper) => !keepers.includes(keeper));
    this.refresh();
  }

  private refresh(): void {
    this.traffic = this.keepers.flatMap(({ traffic }) => traffic ?? []);
    this.options.onChange();
  }

  private versionOf(serving: Serving): Version {
    const { tools, note } = this.options;
    return { serving, failed: new FailedStarts(tools.logs, note) };
  }
}
