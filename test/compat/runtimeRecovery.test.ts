import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { identify } from '../../src/runtime/replicas/processTable';
import { checkout } from '../support/checkout';
import { tinyService, type TestService } from '../support/runtimeClient';
import { startRuntime } from '../support/runtimeProcess';
import { RuntimeStation } from '../support/runtimeStation';
import { until } from '../support/until';

describe('a runtime that ends and starts again', () => {
  let station: RuntimeStation;

  const pidOf = async (service: TestService) => (await station.echo(service)).pid;
  const envOf = async (service: TestService) => (await station.echo(service)).env;
  const update = async (service: TestService, environmentVariables: object): Promise<void> => {
    const route = `v4/services/${service.serviceId}/environments/${service.environmentId}`;
    const { body } = await station.client.send('GET', route);
    await station.client.send('PUT', route, { ...(body as object), environmentVariables });
  };
  const logged = (service: TestService, text: string): Promise<true> =>
    until(text, async () =>
      (await station.client.logs(service)).some(({ message }) => String(message).includes(text)),
    );
  const deploy = (extra = '') => station.deployed(tinyService('1.0.0', extra));

  beforeEach(async () => {
    const env = { FLEX_RUNTIME_START_ATTEMPTS: '2' };
    station = await RuntimeStation.open({ replicas: 2, env });
  });

  afterEach(() => station.close());

  it('stops its services and exits with 0 on SIGTERM', async () => {
    const pid = await pidOf(await deploy());

    const code = await station.runtime.stop();
    assert.equal(code, 0, station.runtime.stderr());
    assert.equal(identify(pid), undefined);
    assert.equal(station.runtime.stderr(), '');
  });

  it('brings sessions, services, statuses and logs back, with the services running', async () => {
    const service = await deploy();
    const { token } = station.client;
    const logs = await station.client.logs(service);
    await station.runtime.stop();
    await station.start();

    const status = await station.client.online(service);

    assert.equal(status.version, '1.0.0');
    assert.ok((await pidOf(service)) > 0);
    assert.deepEqual((await station.client.logs(service)).slice(0, logs.length), logs);
    const headers = { authorization: `Kinvey ${token}` };
    assert.equal((await fetch(`${station.runtime.url}v4/user`, { headers })).status, 200);
  });

  it('ends after kill -9 what was left running, and serves again', async () => {
    const service = await deploy(`process.on('uncaughtException', () => undefined);`);
    const pid = await pidOf(service);
    await station.runtime.kill();
    assert.ok(identify(pid));

    await station.start();

    await station.client.online(service);
    assert.equal(identify(pid), undefined);
    assert.notEqual(await pidOf(service), pid);
    assert.match(station.runtime.stderr(), /Ended 2 processes that the last runtime left behind/);
  });

  it('fails a job that was running, keeps what served and leaves no half build', async () => {
    const service = await deploy();
    const hanging = { ...tinyService('1.1.0'), 'package.json': hangingInstall('1.1.0') };
    const job = await station.client.deploy(service, '1.1.0', hanging);
    await until(
      'npm',
      async () => (await station.client.job(job)).progress === 'Installing dependencies',
    );
    await station.runtime.kill();

    await station.start();

    const { status, progress } = await station.client.job(job);
    assert.equal(status, 'FAILED');
    assert.equal(progress, 'The runtime was stopped while it was at: Installing dependencies');
    const online = await station.client.online(service);
    assert.equal(online.version, '1.0.0');
    assert.deepEqual(online.deployment, { status: 'COMPLETED', version: '1.0.0' });
    const versions = path.join(station.data, 'services', service.environmentId, 'versions');
    assert.equal(readdirSync(versions).length, 1);
    assert.deepEqual(readdirSync(path.join(station.data, 'uploads')), []);
  });

  it('takes the version again whose first deploy it was stopped in', async () => {
    const service = await station.client.createService();
    const hanging = { ...tinyService('1.0.0'), 'package.json': hangingInstall('1.0.0') };
    const job = await station.client.deploy(service, '1.0.0', hanging);
    await until(
      'npm',
      async () => (await station.client.job(job)).progress === 'Installing dependencies',
    );
    await station.runtime.stop();
    await station.start();

    assert.equal((await station.client.job(job)).status, 'FAILED');
    assert.deepEqual(await station.client.status(service), { status: 'NEW' });
    const again = await station.client.deploy(service, '1.0.0', tinyService('1.0.0'));
    assert.equal((await station.client.ended(again)).status, 'COMPLETE');
  });

  it('carries out an update that was answered before a kill', async () => {
    const service = await deploy();

    await update(service, { COLOUR: 'red' });
    await station.runtime.kill();
    await station.start();

    await until('the variable', async () => (await envOf(service)).COLOUR === 'red');
  });

  it('leaves an update that failed alone until the environment is changed again', async () => {
    const service = await deploy('if (process.env.COLOUR === "grey") process.exit(3);');
    await update(service, { COLOUR: 'grey' });
    await logged(service, 'Starting the service failed');
    await station.runtime.stop();
    await station.start();

    await station.client.online(service);
    await logged(service, 'without the latest changes');
    assert.equal((await envOf(service)).COLOUR, undefined);
    const metrics = await (await fetch(`${station.runtime.url}metrics`)).text();
    assert.doesNotMatch(metrics, /^flex_rollouts_total\{/m);

    await update(service, { COLOUR: 'green' });
    await station.runtime.kill();
    await station.start();
    await until('the variable', async () => (await envOf(service)).COLOUR === 'green');
  });

  it('leaves changes alone with which a recycle failed', async () => {
    const service = await deploy('if (process.env.COLOUR === "grey") process.exit(3);');
    await update(service, { COLOUR: 'grey' });
    const job = await station.client.ended(await station.client.recycle(service));
    assert.equal(job.status, 'FAILED');
    assert.equal((await station.client.status(service)).status, 'ERROR');
    await station.runtime.kill();
    await station.start();

    await station.client.online(service);
    await logged(service, 'without the latest changes');
    assert.equal((await envOf(service)).COLOUR, undefined);
  });

  it('removes folders, logs and processes with a service', async () => {
    const service = await deploy();
    const pid = await pidOf(service);

    await station.client.send('DELETE', `v4/services/${service.serviceId}`);

    assert.equal(identify(pid), undefined);
    assert.equal(existsSync(path.join(station.data, 'services', service.environmentId)), false);
  });

  it('refuses a data folder that another runtime holds', async () => {
    await assert.rejects(startRuntime({ dataDirectory: station.data }), {
      message: new RegExp(
        `in use by another runtime \\(process ${station.runtime.pid} at ${station.runtime.url}\\)`,
      ),
    });
  });

  it('tells that its port is taken', async () => {
    const port = Number(new URL(station.runtime.url).port);
    const dataDirectory = path.join(station.folder, 'other');

    await assert.rejects(startRuntime({ dataDirectory, port }), {
      message: /Port \d+ on 127\.0\.0\.1 cannot be used: another program has it/,
    });
  });
});

describe('a runtime that is started wrongly', () => {
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
