import type { Metrics } from '../metrics/metrics';
import type { Lines } from './linesUnderWay';

/** The lines that no log worker has written, counted until the logs can say so. */
export class LostLines {
  /** By service environment; the source is that of the last ones. */
  private readonly lost = new Map<string, Lines>();

  constructor(private readonly metrics: Metrics) {}

  add({ source, count }: Lines): void {
    const before = this.lost.get(source.environmentId)?.count ?? 0;
    this.lost.set(source.environmentId, { source, count: before + count });
    this.metrics.logLinesTaken(count);
    this.metrics.logLinesDropped('lost', count);
  }

  /** What has to be told, once. */
  take(): readonly Lines[] {
    const told = [...this.lost.values()].filter(({ count }) => count > 0);
    this.lost.clear();
    return told;
  }
}
