import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * The runtime's own process, under the names that every Prometheus dashboard knows. Read only when
 * asked for: prom-client's own set keeps a timer going that wakes an idle machine 100 times a second.
 */
export function addProcessMetrics(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process was started, in seconds since 1970',
    registers,
  }).set(Math.round(Date.now() / 1_000 - process.uptime()));
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory that the process takes',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'nodejs_heap_size_used_bytes',
    help: 'Memory that JavaScript objects take',
    registers,
    collect() {
      this.set(process.memoryUsage().heapUsed);
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Time that the process has computed',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1_000_000);
    },
  });
}
