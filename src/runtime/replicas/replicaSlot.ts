import type { Builds } from '../builds/build';
import type { Limits } from '../limits';
import { LogCapture } from '../logs/logCapture';
import type { LogStore } from '../logs/logStore';
import type { NodeVersions } from '../nodejs/nodeVersions';
import type { Metrics } from '../metrics/metrics';
import type { Serving } from '../store/environmentStore';
import type { ProcessTable } from './processTable';
import { Replica } from './replica';
import { startReplica } from './startReplica';

/** What replicas are made with. */
export interface ReplicaTools {
  readonly logs: LogStore;
  readonly builds: Builds;
  readonly nodes: NodeVersions;
  readonly processes: ProcessTable;
  readonly metrics: Metrics;
  /** The script that gives a service the port of its replica. */
  readonly portHook: string;
  readonly limits: Limits;
}

export interface SlotOptions {
  readonly environmentId: string;
  readonly tools: ReplicaTools;
  /** Ends starts that are under way. */
  readonly signal: AbortSignal;
  /** The replica that served has ended by itself; `exit` tells how. */
  readonly onExit: (exit: string) => void;
}

/** A replica that lived this long has not failed to start. */
const settledAfterMs = 10_000;

/** The replica that serves a service environment, and the change from one to the next. */
export class ReplicaSlot {
  private current: Replica | undefined;
  private quickExits = 0;

  constructor(private readonly options: SlotOptions) {}

  /** Where the service listens; undefined while nothing serves. */
  get port(): number | undefined {
    return this.current?.port;
  }

  /**
   * Starts a replica and, as soon as it answers pings, lets it serve. Answers how to stop the one
   * that served before. Throws AppError serviceNotReady or cancelled; the old one goes on then.
   */
  async switchTo(serving: Serving): Promise<() => Promise<void>> {
    const { limits } = this.options.tools;
    const replica = await startReplica({
      create: (port) => this.createReplica(serving, port),
      attempts: limits.startAttempts,
      failures: this.quickExits,
      timeoutMs: limits.startMs,
      signal: this.options.signal,
    });
    const old = this.current;
    this.current = replica;
    void this.watch(replica);
    return async () => old?.stop();
  }

  async stop(): Promise<void> {
    const replica = this.current;
    this.current = undefined;
    await replica?.stop();
  }

  /** A person asks for a new start: what failed before does not count any more. */
  forgetFailures(): void {
    this.quickExits = 0;
  }

  private createReplica({ build, node, variables }: Serving, port: number): Replica {
    const { environmentId, tools } = this.options;
    return new Replica({
      folder: tools.builds.folderOf(environmentId, build),
      home: tools.builds.homeOf(environmentId),
      variables,
      port,
      output: new LogCapture(tools.logs, environmentId),
      processes: tools.processes,
      node: tools.nodes.executableOf(node),
      memoryMb: tools.limits.memoryMb,
      portHook: tools.portHook,
      graceMs: tools.limits.graceMs,
    });
  }

  private async watch(replica: Replica): Promise<void> {
    const since = Date.now();
    const exit = await replica.exited;
    if (this.current !== replica) {
      return;
    }
    this.current = undefined;
    this.quickExits = Date.now() - since < settledAfterMs ? this.quickExits + 1 : 0;
    this.options.onExit(exit);
  }
}
