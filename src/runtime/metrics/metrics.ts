import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addProcessMetrics } from './processMetrics';
import { RequestMetrics } from './requestMetrics';

/** `starting` does not answer pings yet, `draining` gets no new requests any more. */
export type ReplicaState = 'starting' | 'serving' | 'draining';
export type ReplicaCounts = Readonly<Record<ReplicaState, number>>;
export type RolloutKind = 'deploy' | 'update' | 'recycle';
/** `refused` was never tried, such as a version that serves already. */
export type RolloutOutcome = 'completed' | 'failed' | 'refused' | 'interrupted';
/** `rate`: printed faster than the limit; `retention`: the oldest made room; `lost`: not written. */
export type DropReason = 'rate' | 'retention' | 'lost';

const noReplicas: ReplicaCounts = { starting: 0, serving: 0, draining: 0 };
const buildBuckets = [0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];

/**
 * What the runtime counts about itself, as Prometheus asks for it (`/metrics`). Nothing in it names
 * a service, an account or a variable. One of them for each runtime.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly registers = [this.registry];
  readonly contentType: string = this.registry.contentType;
  /** Requests by the door they came through. */
  readonly requests = new RequestMetrics(this.registry);

  private readonly replicas = new Gauge({
    name: 'flex_replicas',
    help: 'Replicas by state',
    labelNames: ['state'],
    registers: this.registers,
    collect: () => this.collectReplicas(),
  });
  private readonly restarts = new Counter({
    name: 'flex_replica_restarts_total',
    help: 'Replicas that were replaced because they ended by themselves',
    registers: this.registers,
  });
  private readonly rollouts = new Counter({
    name: 'flex_rollouts_total',
    help: 'Rollouts that have ended, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers: this.registers,
  });
  private readonly builds = new Histogram({
    name: 'flex_build_duration_seconds',
    help: 'From the archive to a folder that can be started, by outcome',
    labelNames: ['outcome'],
    buckets: buildBuckets,
    registers: this.registers,
  });
  private readonly dependencies = new Counter({
    name: 'flex_dependency_sets_total',
    help: 'Dependency sets of builds, by whether they had to be installed',
    labelNames: ['source'],
    registers: this.registers,
  });
  private readonly linesIn = new Counter({
    name: 'flex_log_lines_total',
    help: 'Log lines that came in, those that were dropped included',
    registers: this.registers,
  });
  private readonly linesDropped = new Counter({
    name: 'flex_log_lines_dropped_total',
    help: 'Log lines that were dropped, by reason',
    labelNames: ['reason'],
    registers: this.registers,
  });

  constructor(
    /** Asked whenever somebody reads the metrics. */
    private readonly countReplicas: () => ReplicaCounts = () => noReplicas,
  ) {
    addProcessMetrics(this.registry);
  }

  /** All of it in Prometheus' text format. */
  read(): Promise<string> {
    return this.registry.metrics();
  }

  replicaRestarted(): void {
    this.restarts.inc();
  }

  rolloutEnded(kind: RolloutKind, outcome: RolloutOutcome): void {
    this.rollouts.inc({ kind, outcome });
  }

  buildEnded(outcome: 'completed' | 'failed', durationMs: number): void {
    this.builds.observe({ outcome }, durationMs / 1_000);
  }

  dependenciesReady(source: 'reused' | 'installed'): void {
    this.dependencies.inc({ source });
  }

  logLinesTaken(count: number): void {
    this.linesIn.inc(count);
  }

  logLinesDropped(reason: DropReason, count: number): void {
    this.linesDropped.inc({ reason }, count);
  }

  private collectReplicas(): void {
    for (const [state, count] of Object.entries(this.countReplicas())) {
      this.replicas.set({ state }, count);
    }
  }
}
