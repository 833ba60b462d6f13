import assert from 'node:assert/strict';
import { startInProcess, type InProcessRuntime } from '../../../support/inProcessRuntime';
import { RuntimeClient } from '../../../support/runtimeClient';
import { until } from '../../../support/until';

describe('/metrics', () => {
  let runtime: InProcessRuntime;

  afterEach(() => runtime.close());

  it('counts what was answered, for whoever asks on loopback', async () => {
    runtime = await startInProcess();
    const { url } = runtime;
    await (await RuntimeClient.signIn(url)).send('GET', 'v4/nonsense');

    const text = await until('both requests', async () => {
      const metrics = await (await fetch(`${url}metrics`)).text();
      return metrics.includes('code="404"} 1') && metrics;
    });

    assert.match(text, /^flex_requests_total\{door="management",code="200"\} \d+$/m);
    assert.match(text, /^flex_request_duration_seconds_count\{door="management"\} \d+$/m);
    assert.match(text, /^process_resident_memory_bytes \d+$/m);
  });

  it('needs a session where others on the network can ask', async () => {
    runtime = await startInProcess({ host: '0.0.0.0' });
    const url = runtime.url.replace('0.0.0.0', '127.0.0.1');
    const client = await RuntimeClient.signIn(url);

    assert.equal((await fetch(`${url}metrics`)).status, 401);
    const headers = { authorization: `Kinvey ${client.token}` };
    assert.equal((await fetch(`${url}metrics`, { headers })).status, 200);
  });
});
