import { Counter, Histogram, type Registry } from 'prom-client';

/** Where a request came in: the management API, or the ingress of a running service. */
export type Door = 'management' | 'service';

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

type ByDoor<T> = Record<Door, T>;

/**
 * Requests by code, and how long they took. Counted once per request at the ingress: what a label
 * costs is paid when it is first seen, after that it is one look-up in a map.
 */
export class RequestMetrics {
  private readonly requests: Counter<'door' | 'code'>;
  private readonly counters: ByDoor<Map<number, Counter.Internal>> = {
    management: new Map(),
    service: new Map(),
  };
  private readonly latencies: ByDoor<Histogram.Internal<'door'>>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'flex_requests_total',
      help: 'Requests that were answered, by the door they came through and status code',
      labelNames: ['door', 'code'],
      registers,
    });
    const latency = new Histogram({
      name: 'flex_request_duration_seconds',
      help: 'From a request to the last byte of its answer',
      labelNames: ['door'],
      buckets: latencyBuckets,
      registers,
    });
    this.latencies = {
      management: latency.labels({ door: 'management' }),
      service: latency.labels({ door: 'service' }),
    };
  }

  answered(door: Door, code: number, durationMs: number): void {
    this.counterOf(door, code).inc();
    this.latencies[door].observe(durationMs / 1_000);
  }

  /** An answer that lasts as long as its reader likes, such as a stream, has no latency. */
  answeredStream(door: Door, code: number): void {
    this.counterOf(door, code).inc();
  }

  private counterOf(door: Door, code: number): Counter.Internal {
    const known = this.counters[door].get(code);
    if (known) {
      return known;
    }
    const counter = this.requests.labels({ door, code: String(code) });
    this.counters[door].set(code, counter);
    return counter;
  }
}
