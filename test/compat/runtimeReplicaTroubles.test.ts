import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { tinyService, type Files, type TestService } from '../support/runtimeClient';
import { useRuntime, type Echo } from '../support/runtimeStation';
import { until } from '../support/until';

/** GET /block: nothing is answered any more, and no signal heard but SIGKILL. */
const blocking = `
  const create = http.createServer;
  http.createServer = (handler) =>
    create((request, response) => {
      if (request.url === '/block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      handler(request, response);
    });`;

/** Starts once, and never again. */
const onlyOnce = `
  const fs = require('fs');
  const first = process.env.HOME + '/first';
  if (fs.existsSync(first)) abc;
  fs.writeFileSync(first, '');`;

const tellingItsEnd = `process.on('SIGTERM', () => console.log('ending'));`;

/** Its npm install lasts until there is a file. */
function builtSlowly(version: string, file: string): Files {
  const wait = `setInterval(() => require('fs').existsSync('${file}') && process.exit(), 50)`;
  return {
    ...tinyService(version),
    'wait.js': wait,
    'package.json': JSON.stringify({
      ...{ name: 'tiny', version },
      scripts: { postinstall: 'node wait.js' },
    }),
  };
}

describe('the replicas of a service in trouble', () => {
  const station = useRuntime({
    replicas: 2,
    env: {
      FLEX_RUNTIME_START_ATTEMPTS: '3',
      FLEX_RUNTIME_GRACE_SECONDS: '0.3',
      FLEX_RUNTIME_DRAIN_SECONDS: '0.5',
      FLEX_RUNTIME_PING_SECONDS: '1',
      FLEX_RUNTIME_REPLICA_REQUESTS: '2',
    },
  });
  const deploy = (service: TestService, version: string, extra = '') =>
    station().update(service, tinyService(version, extra));
  const deployed = (extra = '') => station().deployed(tinyService('1.0.0', extra));
  const echo = (service: TestService, init?: RequestInit) => station().echo(service, init);
  const messages = (service: TestService) => station().messages(service);

  /** Idle replicas take turns. */
  const pair = async (service: TestService): Promise<[Echo, Echo]> => [
    await echo(service),
    await echo(service),
  ];
  const bothServe = (service: TestService) =>
    until('two replicas', async () => {
      const [one, two] = await pair(service);
      return one.pid !== two.pid && ([one, two] as const);
    });
  const metric = async (line: string): Promise<number> => {
    const text = await (await fetch(`${station().runtime.url}metrics`)).text();
    const found = text.split('\n').find((one) => one.startsWith(`${line} `));
    return Number(found?.slice(line.length) ?? 0);
  };

  it('are replaced when they hang, which is told once', async () => {
    const service = await deployed(blocking);
    const before = (await bothServe(service)).map(({ pid }) => pid);

    const blocked = await station().client.call(service, '/block');

    assert.equal(blocked.status, 502);
    const after = (await bothServe(service)).map(({ pid }) => pid);
    assert.equal(after.filter((pid) => before.includes(pid)).length, 1);
    const told = (await messages(service)).filter((message) => message.includes('no ping'));
    assert.deepEqual(told, [
      '[runtime] The service ended (it answered no ping 3 times) and is started again.',
    ]);
  });

  it('go back to the old version when the new one starts on one of them only', async () => {
    const service = await deployed();

    const job = await station().deploy(service, tinyService('1.1.0', onlyOnce));

    assert.equal(job.status, 'FAILED');
    const versions = (await bothServe(service)).map(({ version }) => version);
    assert.deepEqual(versions, ['1.0.0', '1.0.0']);
    const { status, version, deployment } = await station().client.status(service);
    assert.deepEqual([status, version, deployment?.status], ['ONLINE', '1.0.0', 'ERROR']);
    assert.ok((await messages(service)).includes('listening 1.1.0'));
  });

  it('are never fewer than there should be while they are replaced', async () => {
    const service = await deployed(tellingItsEnd);

    await deploy(service, '1.1.0', tellingItsEnd);

    const steps = await until('the end of the old ones', async () => {
      const told = (await messages(service)).filter((text) => /^(listening|ending)/.test(text));
      return told.filter((text) => text === 'ending').length === 2 && told;
    });
    assert.deepEqual(steps, [
      ...['listening 1.0.0', 'listening 1.0.0'],
      ...['listening 1.1.0', 'ending', 'listening 1.1.0', 'ending'],
    ]);
  });

  it('refuse more requests than they can have at a time', async () => {
    const service = await deployed();
    const leaving = new AbortController();
    const held = Array.from({ length: 4 }, () =>
      station()
        .client.call(service, '/hang', { signal: leaving.signal })
        .catch(() => undefined),
    );

    const refusal = await until('a refusal', async () => {
      const response = await station().client.call(service, '/x');
      return response.status === 503 && (response.json() as Promise<{ code: string }>);
    });
    assert.equal(refusal.code, 'ServiceOverloaded');

    leaving.abort();
    await Promise.all(held);
    await until(
      'room again',
      async () => (await station().client.call(service, '/x')).status === 200,
    );
  });

  it('end at the end of the drain time with what they still had to answer', async () => {
    const service = await deployed();
    const held = station().client.call(service, '/hang');
    const left = station().client.call(service, '/hang');

    await deploy(service, '1.1.0');

    assert.deepEqual([(await held).status, (await left).status], [502, 502]);
    assert.equal((await echo(service)).version, '1.1.0');
  });

  it('are sent the new secret as soon as it is set', async () => {
    const service = await deployed();
    const authorization = `Kinvey ${station().client.token}`;
    const route = `v4/services/${service.serviceId}/environments/${service.environmentId}`;
    assert.equal(
      (await echo(service, { headers: { authorization } })).headers['x-auth-key'],
      's3cret',
    );

    assert.equal((await station().client.send('PUT', route, { secret: 'an0ther' })).status, 200);

    const { headers } = await echo(service, { headers: { authorization } });
    assert.equal(headers['x-auth-key'], 'an0ther');
  });

  it('are started again when they end during a build', async () => {
    const service = await deployed();
    const before = (await bothServe(service)).map(({ pid }) => pid);
    const go = path.join(station().folder, 'go');
    const job = await station().client.deploy(service, '1.1.0', builtSlowly('1.1.0', go));
    await until(
      'the build',
      async () => (await station().client.status(service)).status === 'BUILDING',
    );

    await station().client.call(service, '/exit');

    const after = (await bothServe(service)).filter(({ pid }) => !before.includes(pid));
    assert.deepEqual(
      after.map(({ version }) => version),
      ['1.0.0'],
    );
    assert.equal((await station().client.job(job)).status, 'RUNNING');
    writeFileSync(go, '');
    assert.equal((await station().client.ended(job)).status, 'COMPLETE');
  });

  it('are counted in the metrics, with what they answer', async () => {
    const serving = 'flex_replicas{state="serving"}';
    const answered = 'flex_requests_total{door="service",code="200"}';
    const completed = 'flex_rollouts_total{kind="deploy",outcome="completed"}';
    const restarts = 'flex_replica_restarts_total';
    const lines = [serving, answered, completed, restarts];
    const before = await Promise.all(lines.map(metric));
    const service = await deployed();
    await echo(service);

    await station().client.call(service, '/exit');

    await until('the restart', async () => (await metric(restarts)) > (before[3] ?? 0));
    await until('its replacement', async () => (await metric(serving)) === (before[0] ?? 0) + 2);
    assert.equal(await metric(answered), (before[1] ?? 0) + 1);
    assert.equal(await metric(completed), (before[2] ?? 0) + 1);
  });
});
