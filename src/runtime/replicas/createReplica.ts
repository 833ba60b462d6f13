import type { Builds } from '../builds/build';
import type { Limits } from '../limits';
import { LogCapture, type LogSink } from '../logs/logCapture';
import type { LogStore } from '../logs/logStore';
import type { Metrics } from '../metrics/metrics';
import type { NodeVersions } from '../nodejs/nodeVersions';
import type { Serving } from '../store/environmentStore';
import type { Ports } from './ports';
import type { ProcessTable } from './processTable';
import { Replica } from './replica';

/** What replicas are made with. */
export interface ReplicaTools {
  readonly logs: LogStore;
  readonly builds: Builds;
  readonly nodes: NodeVersions;
  readonly processes: ProcessTable;
  readonly ports: Ports;
  readonly metrics: Metrics;
  /** The script that gives a service the port of its replica. */
  readonly portHook: string;
  readonly limits: Limits;
}

export interface ReplicaPlace {
  readonly environmentId: string;
  readonly port: number;
  /** Where its output goes. */
  readonly sink: LogSink;
}

/** Starts one process of what is rolled out. */
export function createReplica(
  { builds, nodes, processes, portHook, limits }: ReplicaTools,
  { build, node, variables }: Serving,
  { environmentId, port, sink }: ReplicaPlace,
): Replica {
  return new Replica({
    folder: builds.folderOf(environmentId, build),
    home: builds.homeOf(environmentId),
    variables,
    port,
    output: new LogCapture(sink, environmentId),
    processes,
    node: nodes.executableOf(node),
    memoryMb: limits.memoryMb,
    portHook,
    graceMs: limits.graceMs,
  });
}
