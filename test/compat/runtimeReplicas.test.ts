import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { findStartupError } from '../../src/core/logs/startupError';
import { identify } from '../../src/runtime/replicas/processTable';
import { ConstantLoad } from '../support/constantLoad';
import { tinyService, type TestService } from '../support/runtimeClient';
import { useRuntime, type Echo } from '../support/runtimeStation';
import { until } from '../support/until';

/** Every request takes a while, so that there is always one under way. */
const slowly = `
  const create = http.createServer;
  http.createServer = (handler) =>
    create((request, response) => setTimeout(() => handler(request, response), 30));`;

/** SIGUSR2: it listens no more, and goes on. */
const deafOnSignal = `
  const create = http.createServer;
  http.createServer = (handler) => {
    const server = create(handler);
    process.once('SIGUSR2', () => {
      server.close();
      server.closeAllConnections();
      setInterval(() => {}, 1000);
      console.log('deaf');
    });
    return server;
  };`;

/** All but the first start wait for a file. */
const secondWaitsFor = (file: string) => `
  const fs = require('fs');
  const first = process.env.HOME + '/first';
  while (fs.existsSync(first) && !fs.existsSync('${file}')) {}
  fs.writeFileSync(first, '');`;

describe('the replicas of a service', () => {
  const station = useRuntime({
    replicas: 2,
    env: { FLEX_RUNTIME_START_ATTEMPTS: '3', FLEX_RUNTIME_GRACE_SECONDS: '0.3' },
  });
  const deploy = (service: TestService, version: string, extra = '') =>
    station().update(service, tinyService(version, extra));
  const deployed = (extra = '', version = '1.0.0') =>
    station().deployed(tinyService(version, extra));
  const echo = (service: TestService, init?: RequestInit) => station().echo(service, init);
  const messages = (service: TestService) => station().messages(service);

  /** Idle replicas take turns. */
  const pids = async (service: TestService): Promise<number[]> => {
    const [one, two] = [await echo(service), await echo(service)];
    return [one.pid, two.pid].sort();
  };

  it('share the requests', async () => {
    const [one, two] = await pids(await deployed());

    assert.notEqual(one, two);
  });

  it('tell which of them is being started', async () => {
    const service = await station().client.createService();
    const go = path.join(station().folder, 'go');
    const job = await station().client.deploy(
      service,
      '1.0.0',
      tinyService('1.0.0', secondWaitsFor(go)),
    );

    await until('the second', async () => {
      return (await station().client.job(job)).progress === 'Starting replica 2 of 2';
    });
    writeFileSync(go, '');
    assert.equal((await station().client.ended(job)).progress, '1.0.0 is online');
  });

  it('are replaced one by one under load, without a failed request', async () => {
    const service = await deployed(slowly);
    const url = `${station().runtime.url}flex/${service.environmentId}/x`;
    const load = new ConstantLoad(url, 8, (body) => (JSON.parse(body) as Echo).version);
    await until('the load', () => load.count > 20);

    const versions = ['1.0.1', '1.0.2', '1.0.3'];
    for (const version of versions) {
      await deploy(service, version, slowly);
    }

    const { failures, bodies } = await load.stop();
    assert.deepEqual(failures, []);
    assert.deepEqual([...bodies].sort(), ['1.0.0', ...versions]);
  });

  it('go on with the old version when the new one does not start', async () => {
    const service = await deployed();
    const before = await pids(service);

    const id = await station().client.deploy(service, '1.1.0', tinyService('1.1.0', 'abc;'));

    assert.equal((await station().client.ended(id)).status, 'FAILED');
    assert.deepEqual(await pids(service), before);
    assert.equal((await station().client.status(service)).status, 'ONLINE');
  });

  it('are killed in the end when they ignore SIGTERM', async () => {
    const service = await deployed('process.exit = () => undefined;');
    const before = await pids(service);

    const job = await station().client.ended(await station().client.recycle(service));

    assert.equal(job.status, 'COMPLETE', job.progress);
    assert.deepEqual(before.map(identify), [undefined, undefined]);
  });

  it('stand in for one that ends, until it is replaced', async () => {
    const service = await deployed();
    const before = await pids(service);

    await station().client.call(service, '/exit');

    const after = await until('another one', async () => {
      const now = await pids(service);
      assert.equal((await station().client.status(service)).status, 'ONLINE');
      return now[0] !== now[1] && now;
    });
    assert.equal(after.filter((pid) => before.includes(pid)).length, 1);
  });

  it('take over a request that another one refuses, its body with it', async () => {
    const service = await deployed(deafOnSignal);
    const [deaf, other] = await pids(service);

    process.kill(deaf!, 'SIGUSR2');
    await until('the end of listening', async () => (await messages(service)).includes('deaf'));

    for (let turn = 0; turn < 6; turn++) {
      const { pid, method, body } = await echo(service, { method: 'PUT', body: 'all of it' });
      assert.deepEqual([pid, method, body], [other, 'PUT', 'all of it']);
    }
    assert.ok(identify(deaf!));
  });

  it('tell a start that fails again and again once, with its number', async () => {
    const service = await station().client.createService();

    await station().deploy(service, tinyService('1.0.0', 'abc;'));

    const error = 'ReferenceError: abc is not defined';
    const logs = await station().client.logs(service);
    assert.equal(logs.filter(({ message }) => message === error).length, 1);
    assert.ok(
      logs.some(({ message }) =>
        String(message).endsWith('The same error ended 2 further starts.'),
      ),
    );
    assert.equal(findStartupError(logs)?.message, error);
  });

  it('are told as ERROR when they end and cannot be started again', async () => {
    const broken = `if (require('fs').existsSync(process.env.HOME + '/broken')) abc;`;
    const service = await deployed(broken);
    const home = path.join(station().data, 'services', service.environmentId, 'home');
    writeFileSync(path.join(home, 'broken'), '');

    await station().client.call(service, '/exit');
    await station().client.call(service, '/exit');

    await until('ERROR', async () => (await station().client.status(service)).status === 'ERROR');
    assert.equal((await station().client.call(service, '/x')).status, 503);
    const error = 'ReferenceError: abc is not defined';
    assert.equal((await messages(service)).filter((message) => message === error).length, 1);
    assert.equal((await station().client.status(service)).version, '1.0.0');
  });
});
