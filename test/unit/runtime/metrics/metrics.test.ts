import assert from 'node:assert/strict';
import { Metrics } from '../../../../src/runtime/metrics/metrics';

describe('Metrics', () => {
  const linesOf = async (metrics: Metrics) => (await metrics.read()).split('\n');

  it('count replicas at the moment they are asked for', async () => {
    let serving = 1;
    const metrics = new Metrics(() => ({ starting: 0, serving, draining: 0 }));

    assert.ok((await linesOf(metrics)).includes('flex_replicas{state="serving"} 1'));
    serving = 2;
    assert.ok((await linesOf(metrics)).includes('flex_replicas{state="serving"} 2'));
  });

  it('count rollouts, builds, restarts and log lines', async () => {
    const metrics = new Metrics();
    metrics.rolloutEnded('deploy', 'failed');
    metrics.rolloutEnded('deploy', 'failed');
    metrics.buildEnded('completed', 1_500);
    metrics.dependenciesReady('reused');
    metrics.replicaRestarted();
    metrics.logLinesTaken(7);
    metrics.logLinesDropped('rate', 3);

    const lines = await linesOf(metrics);

    for (const line of [
      'flex_rollouts_total{kind="deploy",outcome="failed"} 2',
      'flex_build_duration_seconds_sum{outcome="completed"} 1.5',
      'flex_dependency_sets_total{source="reused"} 1',
      'flex_replica_restarts_total 1',
      'flex_log_lines_total 7',
      'flex_log_lines_dropped_total{reason="rate"} 3',
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('count requests by door and code, and measure them in seconds', async () => {
    const metrics = new Metrics();
    metrics.requests.answered('service', 200, 4);
    metrics.requests.answered('service', 200, 400);
    metrics.requests.answered('management', 404, 1);
    metrics.requests.answeredStream('management', 200);

    const lines = await linesOf(metrics);

    for (const line of [
      'flex_requests_total{door="service",code="200"} 2',
      'flex_requests_total{door="management",code="404"} 1',
      'flex_requests_total{door="management",code="200"} 1',
      'flex_request_duration_seconds_bucket{le="0.005",door="service"} 1',
      'flex_request_duration_seconds_bucket{le="0.5",door="service"} 2',
      'flex_request_duration_seconds_count{door="management"} 1',
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('belong to one runtime: two of them share nothing', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.replicaRestarted();

    assert.ok((await linesOf(other)).includes('flex_replica_restarts_total 0'));
  });
});
