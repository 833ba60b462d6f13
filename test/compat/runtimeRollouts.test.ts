import assert from 'node:assert/strict';
import path from 'node:path';
import { identify } from '../../src/runtime/replicas/processTable';
import { tinyService, type TestService } from '../support/runtimeClient';
import { useRuntime } from '../support/runtimeStation';
import { until } from '../support/until';

describe('deploys, updates and recycles of the runtime', () => {
  const station = useRuntime({
    env: { FLEX_RUNTIME_START_ATTEMPTS: '3', NOT_FOR_SERVICES: 'hidden' },
  });
  const echo = (service: TestService) => station().echo(service);
  const deployed = (version: string) => station().deployed(tinyService(version));

  it('serve several services at once although each listens on 10001', async () => {
    const [one, two] = await Promise.all([deployed('1.0.1'), deployed('1.0.2')]);

    assert.equal((await echo(one)).version, '1.0.1');
    assert.equal((await echo(two)).version, '1.0.2');
  });

  it('give a service its own variables and nothing of the runtime or its hook', async () => {
    const environmentVariables = { A: '1' };
    const service = await station().deployed(tinyService('1.0.0'), { environmentVariables });

    const { env } = await echo(service);

    assert.equal(env.A, '1');
    assert.deepEqual(
      Object.keys(env)
        .filter((name) => !name.startsWith('__'))
        .sort(),
      ['A', 'HOME', 'LANG', 'NODE_ENV', 'PATH'],
    );
    assert.equal(env.HOME, path.join(station().data, 'services', service.environmentId, 'home'));
  });

  it('take the variables and the runtime that come with a deploy', async () => {
    const service = await station().client.createService({ environmentVariables: { OLD: '1' } });
    const more = { environmentVariables: { NEW: '2' }, runtime: 'flex-runtime-node12' };
    await station().deploy(service, tinyService('1.0.0'), more);

    const { env } = await echo(service);

    assert.deepEqual([env.OLD, env.NEW], [undefined, '2']);
    assert.equal((await station().client.status(service)).runtime, 'flex-runtime-node12');
  });

  it('replace a version by the next', async () => {
    const service = await deployed('1.0.0');

    const job = await station().deploy(service, tinyService('1.1.0'));

    assert.deepEqual([job.status, job.progress], ['COMPLETE', '1.1.0 is online']);
    const { status, version, deployment } = await station().client.status(service);
    assert.deepEqual([status, version], ['ONLINE', '1.1.0']);
    assert.deepEqual(deployment, { status: 'COMPLETED', version: '1.1.0' });
    assert.equal((await echo(service)).version, '1.1.0');
  });

  it('refuse a version that is already online', async () => {
    const service = await deployed('1.0.0');

    const job = await station().deploy(service, tinyService('1.0.0'));

    assert.equal(job.status, 'FAILED');
    assert.match(job.progress, /1\.0\.0 was already deployed: bump the version in package\.json/);
    assert.equal((await station().client.status(service)).deployment?.status, 'COMPLETED');
  });

  it('keep the old version serving when the new one never becomes healthy', async () => {
    const service = await deployed('1.0.0');
    const broken = tinyService('1.1.0', 'abc;');

    const job = await station().deploy(service, broken);

    assert.equal(job.status, 'FAILED');
    assert.match(job.progress, /ended 3 times while it was starting \(exit code 1\)/);
    const { status, version, deployment } = await station().client.status(service);
    assert.deepEqual([status, version], ['ONLINE', '1.0.0']);
    assert.deepEqual(deployment, { status: 'ERROR', version: '1.1.0' });
    assert.equal((await echo(service)).version, '1.0.0');
  });

  it('end as ERROR with the startup error in the logs when nothing served before', async () => {
    const service = await station().client.createService();
    const broken = tinyService('1.0.0', 'abc;');

    const job = await station().deploy(service, broken);

    assert.equal(job.status, 'FAILED');
    assert.equal((await station().client.status(service)).status, 'ERROR');
    const messages = await station().messages(service);
    assert.ok(messages.includes('ReferenceError: abc is not defined'));
  });

  it("fail with npm's own reason when a dependency cannot be installed", async () => {
    const service = await station().client.createService();
    const dependencies = { tiny: 'file:./nowhere.tgz' };
    const manifest = JSON.stringify({ name: 'tiny', version: '1.0.0', dependencies });

    const job = await station().deploy(service, {
      ...tinyService('1.0.0'),
      'package.json': manifest,
    });

    assert.equal(job.status, 'FAILED');
    assert.match(job.progress, /^npm install failed: .*ENOENT.*nowhere\.tgz/);
  });

  it('fail at once without an index.js', async () => {
    const service = await station().client.createService();
    const files = { 'package.json': '{"name":"tiny","version":"1.0.0"}' };

    const job = await station().deploy(service, files);

    assert.deepEqual(
      [job.status, job.progress],
      ['FAILED', 'The bundle has no index.js at its root.'],
    );
  });

  it('start a service again that ends by itself', async () => {
    const service = await deployed('1.0.0');
    const { pid } = await echo(service);

    await station().client.call(service, '/exit');

    const next = await until('the next process', async () => {
      const { pid: now } = await echo(service);
      return now !== pid && now;
    });
    assert.notEqual(next, pid);
    const messages = await station().messages(service);
    assert.ok(messages.some((message) => message.includes('ended (exit code 7)')));
  });

  it('restart a service with the changed variables, and also when nothing changed', async () => {
    const service = await deployed('1.0.0');
    const route = `v4/services/${service.serviceId}/environments/${service.environmentId}`;
    const { body } = await station().client.send('GET', route);
    const { pid } = await echo(service);

    await station().client.send('PUT', route, body);
    await until('another process', async () => (await echo(service)).pid !== pid);

    await station().client.send('PUT', route, {
      ...(body as object),
      environmentVariables: { B: '2' },
    });
    await until('the variable', async () => (await echo(service)).env.B === '2');
    assert.equal((await station().client.online(service)).version, '1.0.0');
  });

  it('recycle by stopping first and starting again', async () => {
    const service = await deployed('1.0.0');
    const { pid } = await echo(service);

    const job = await station().client.ended(await station().client.recycle(service));

    assert.deepEqual([job.type, job.status], ['recycle', 'COMPLETE']);
    assert.notEqual((await echo(service)).pid, pid);
    assert.equal(identify(pid), undefined);
  });

  it('fail a recycle of what was never deployed', async () => {
    const service = await station().client.createService();

    const job = await station().client.ended(await station().client.recycle(service));

    assert.deepEqual(
      [job.status, job.progress],
      ['FAILED', 'Nothing has been deployed to this environment yet.'],
    );
    assert.equal((await station().client.status(service)).status, 'NEW');
  });

  it('run one after the other when they are asked for together', async () => {
    const service = await station().client.createService();
    const versions = ['1.0.0', '1.0.1', '1.0.2'];
    const ids: string[] = [];
    for (const version of versions) {
      ids.push(await station().client.deploy(service, version, tinyService(version)));
    }

    const jobs = await Promise.all(ids.map((id) => station().client.ended(id)));

    assert.deepEqual(
      jobs.map((job) => job.status),
      ['COMPLETE', 'COMPLETE', 'COMPLETE'],
    );
    assert.equal((await echo(service)).version, '1.0.2');
  });
});
