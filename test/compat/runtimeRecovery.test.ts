import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { identify } from '../../src/runtime/replicas/processTable';
import { checkout } from '../support/checkout';
import { RuntimeClient, tinyService, type TestService } from '../support/runtimeClient';
import { startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';

describe('a runtime that ends and starts again', () => {
  let folder: string;
  let runtime: RuntimeProcess;
  let client: RuntimeClient;

  const start = async () => {
    const env = { FLEX_RUNTIME_START_ATTEMPTS: '2' };
    runtime = await startRuntime({ dataDirectory: folder, env });
    client = await RuntimeClient.signIn(runtime.url);
  };
  const pidOf = async (service: TestService): Promise<number> => {
    const echo = (await (await client.call(service, '/x')).json()) as { pid: number };
    return echo.pid;
  };
  const envOf = async (service: TestService): Promise<NodeJS.ProcessEnv> => {
    const echo = await (await client.call(service, '/x')).json();
    return (echo as { env: NodeJS.ProcessEnv }).env;
  };
  const update = async (service: TestService, environmentVariables: object): Promise<void> => {
    const route = `v4/services/${service.serviceId}/environments/${service.environmentId}`;
    const { body } = await client.send('GET', route);
    await client.send('PUT', route, { ...(body as object), environmentVariables });
  };
  const logged = (service: TestService, text: string): Promise<true> =>
    until(text, async () =>
      (await client.logs(service)).some(({ message }) => String(message).includes(text)),
    );
  const deploy = async (extra = ''): Promise<TestService> => {
    const service = await client.createService();
    await client.ended(await client.deploy(service, '1.0.0', tinyService('1.0.0', extra)));
    return service;
  };

  beforeEach(async () => {
    folder = createScratchFolder('recovery');
    await start();
  });

  afterEach(async () => {
    await runtime.stop();
    removeScratchFolder(folder);
  });

  it('stops its services and exits with 0 on SIGTERM', async () => {
    const pid = await pidOf(await deploy());

    const code = await runtime.stop();
    assert.equal(code, 0, runtime.stderr());
    assert.equal(identify(pid), undefined);
    assert.equal(runtime.stderr(), '');
  });

  it('brings sessions, services, statuses and logs back, with the services running', async () => {
    const service = await deploy();
    const { token } = client;
    const logs = await client.logs(service);
    await runtime.stop();
    await start();

    const status = await client.online(service);

    assert.equal(status.version, '1.0.0');
    assert.ok((await pidOf(service)) > 0);
    assert.deepEqual((await client.logs(service)).slice(0, logs.length), logs);
    const headers = { authorization: `Kinvey ${token}` };
    assert.equal((await fetch(`${runtime.url}v4/user`, { headers })).status, 200);
  });

  it('ends after kill -9 what was left running, and serves again', async () => {
    const service = await deploy(`process.on('uncaughtException', () => undefined);`);
    const pid = await pidOf(service);
    await runtime.kill();
    assert.ok(identify(pid));

    await start();

    await client.online(service);
    assert.equal(identify(pid), undefined);
    assert.notEqual(await pidOf(service), pid);
    assert.match(runtime.stderr(), /Ended 2 processes that the last runtime left behind/);
  });

  it('fails a job that was running, keeps what served and leaves no half build', async () => {
    const service = await deploy();
    const hanging = { ...tinyService('1.1.0'), 'package.json': hangingInstall('1.1.0') };
    const job = await client.deploy(service, '1.1.0', hanging);
    await until('npm', async () => (await client.job(job)).progress === 'Installing dependencies');
    await runtime.kill();

    await start();

    const { status, progress } = await client.job(job);
    assert.equal(status, 'FAILED');
    assert.equal(progress, 'The runtime was stopped while it was at: Installing dependencies');
    const online = await client.online(service);
    assert.equal(online.version, '1.0.0');
    assert.deepEqual(online.deployment, { status: 'COMPLETED', version: '1.0.0' });
    const versions = path.join(folder, 'services', service.environmentId, 'versions');
    assert.equal(readdirSync(versions).length, 1);
    assert.deepEqual(readdirSync(path.join(folder, 'uploads')), []);
  });

  it('takes the version again whose first deploy it was stopped in', async () => {
    const service = await client.createService();
    const hanging = { ...tinyService('1.0.0'), 'package.json': hangingInstall('1.0.0') };
    const job = await client.deploy(service, '1.0.0', hanging);
    await until('npm', async () => (await client.job(job)).progress === 'Installing dependencies');
    await runtime.stop();
    await start();

    assert.equal((await client.job(job)).status, 'FAILED');
    assert.deepEqual(await client.status(service), { status: 'NEW' });
    const again = await client.deploy(service, '1.0.0', tinyService('1.0.0'));
    assert.equal((await client.ended(again)).status, 'COMPLETE');
  });

  it('carries out an update that was answered before a kill', async () => {
    const service = await deploy();

    await update(service, { COLOUR: 'red' });
    await runtime.kill();
    await start();

    await until('the variable', async () => (await envOf(service)).COLOUR === 'red');
  });

  it('leaves an update that failed alone until the environment is changed again', async () => {
    const service = await deploy('if (process.env.COLOUR === "grey") process.exit(3);');
    await update(service, { COLOUR: 'grey' });
    await logged(service, 'Starting the service failed');
    await runtime.stop();
    await start();

    await client.online(service);
    await logged(service, 'without the latest changes');
    assert.equal((await envOf(service)).COLOUR, undefined);
    const metrics = await (await fetch(`${runtime.url}metrics`)).text();
    assert.doesNotMatch(metrics, /^flex_rollouts_total\{/m);

    await update(service, { COLOUR: 'green' });
    await runtime.kill();
    await start();
    await until('the variable', async () => (await envOf(service)).COLOUR === 'green');
  });

  it('leaves changes alone with which a recycle failed', async () => {
    const service = await deploy('if (process.env.COLOUR === "grey") process.exit(3);');
    await update(service, { COLOUR: 'grey' });
    const job = await client.ended(await client.recycle(service));
    assert.equal(job.status, 'FAILED');
    assert.equal((await client.status(service)).status, 'ERROR');
    await runtime.kill();
    await start();

    await client.online(service);
    await logged(service, 'without the latest changes');
    assert.equal((await envOf(service)).COLOUR, undefined);
  });

  it('removes folders, logs and processes with a service', async () => {
    const service = await deploy();
    const pid = await pidOf(service);

    await client.send('DELETE', `v4/services/${service.serviceId}`);

    assert.equal(identify(pid), undefined);
    assert.equal(existsSync(path.join(folder, 'services', service.environmentId)), false);
  });

  it('refuses a data folder that another runtime holds', async () => {
    await assert.rejects(startRuntime({ dataDirectory: folder }), {
      message: new RegExp(
        `in use by another runtime \\(process ${runtime.pid} at ${runtime.url}\\)`,
      ),
    });
  });

  it('tells that its port is taken', async () => {
    const port = Number(new URL(runtime.url).port);
    const dataDirectory = path.join(folder, 'other');

    await assert.rejects(startRuntime({ dataDirectory, port }), {
      message: /Port \d+ on 127\.0\.0\.1 cannot be used: another program has it/,
    });
  });

  it('exits with 2 on an option that it does not know', async () => {
    const child = spawn(process.execPath, [path.join(checkout, 'dist/runtime.js'), '--nonsense']);
    const [code] = (await once(child, 'close')) as [number];

    assert.equal(code, 2);
  });
});

/** Its install goes on until it is killed. */
function hangingInstall(version: string): string {
  const scripts = { postinstall: 'node -e "setInterval(() => {}, 1000)"' };
  return JSON.stringify({ name: 'tiny', version, scripts });
}
