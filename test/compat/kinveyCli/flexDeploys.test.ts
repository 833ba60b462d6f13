import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LogEntry, ServiceStatus } from '../../../src/core/kinvey/apiTypes';
import { assertFails, assertPrints, useCliStation } from '../../support/cliStation';
import type { Files, TestService } from '../../support/runtimeClient';
import { until } from '../../support/until';

describe('kinvey flex: deploys and what runs', () => {
  const station = useCliStation();
  let service: TestService;
  const run = (command: string, ...args: string[]) =>
    station().cli.run('flex', command, '--service', service.serviceId, ...args);
  const json = (command: string, ...args: string[]) =>
    station().cli.json('flex', command, '--service', service.serviceId, ...args);

  before(async () => {
    service = await station().client.createService();
  });

  it('status tells NEW before the first deploy', async () => {
    const [text, result] = await Promise.all([run('status'), json('status')]);

    assertPrints(text, /^status +NEW/m);
    assert.deepEqual(result, {
      status: 'NEW',
      serviceId: service.serviceId,
      svcEnvId: service.environmentId,
    });
  });

  it('logs tell none before the first deploy', async () => {
    assertPrints(await run('logs'), /^Count: 0\n/);
    assert.deepEqual(await json('logs'), []);
  });

  it('deploy brings a service online that uses the SDK of npm', async () => {
    const deployed = await run('deploy', '--set-vars', 'FLEX_SHARED_SECRET=s3cret');

    assertPrints(deployed, /^Deploy initiated.*kinvey flex status/);
    const online = await station().client.online(service);
    assert.equal(online.version, '1.0.0');
    assert.deepEqual(online.deployment, { status: 'COMPLETED', version: '1.0.0' });
    const answer = await station().client.call(service, '/orders/orders-1', {
      headers: { 'x-auth-key': 's3cret' },
    });
    assert.equal(answer.status, 200);
  }).timeout(120_000);

  it('status tells what is online and who deployed it', async () => {
    const [text, result] = await Promise.all([run('status'), json('status')]);

    assertPrints(text, /^status +ONLINE/m);
    assert.match(text.stdout, /^version +1\.0\.0/m);
    assert.match(text.stdout, /^deployerName +Jane Doe/m);
    const { status, version, deployUserInfo } = result as ServiceStatus;
    assert.deepEqual([status, version], ['ONLINE', '1.0.0']);
    assert.equal(deployUserInfo?.email, 'jane.doe@example.com');
  });

  it('deploy refuses the same version a second time', async () => {
    assertFails(await run('deploy'), /DeploymentVersionTooLow: .*1\.0\.0.*1\.0\.0/);
  });

  it('deploy refuses what is no Flex service, too large, or has no package.json', async () => {
    const [foreign, large, empty] = await Promise.all([
      deployFrom('foreign', { 'package.json': '{"name":"x","version":"2.0.0"}' }),
      deployFrom('large', {
        'package.json': manifest('2.0.0'),
        'data.bin': randomBytes(6_000_000).toString('hex'),
      }),
      deployFrom('empty', {}),
    ]);

    assertFails(foreign, /^\[error\] InvalidProject: /);
    assertFails(large, /^\[error\] ProjectMaxFileSizeExceeded: /);
    assertFails(empty, /ENOENT/);
    assert.equal((await station().client.status(service)).version, '1.0.0');
  });

  it('logs print the lines, those of flex.logger with their threshold', async () => {
    const { code, stdout } = await run('logs', '--number', '1000');

    assert.equal(code, 0);
    assert.match(stdout, /^[0-9a-f]{12} +\S+Z +null +Service listening on 10001/m);
    assert.match(stdout, /^[0-9a-f]{12} +\S+Z +info +orders 1\.0\.0 is ready/m);
  });

  it('logs print a range by page', async () => {
    const all = (await json('logs')) as LogEntry[];
    const [second, none] = await Promise.all([
      json('logs', '--page', '2', '-n', '1', '--from', all[0]!.timestamp),
      run('logs', '--from', '2030-01-01'),
    ]);

    assert.deepEqual(second, [all[1]]);
    assertPrints(none, /^Count: 0\n/);
  });

  it('logs refuse a range that is none', async () => {
    const [time, page, number, order] = await Promise.all([
      run('logs', '--from', 'yesterday'),
      run('logs', '--page', '0'),
      run('logs', '--number', 'x'),
      run('logs', '--from', '2030-01-02', '--to', '2030-01-01'),
    ]);

    [time, page, number, order].forEach((result) => assertFails(result, /\S/));
  });

  it('update restarts the service with the changed variables', async () => {
    const updated = await run('update', '--set-vars', 'GREETING=hello');

    assertPrints(updated, /^Updated service environment: /);
    await station().client.online(service);
    assert.match((await run('show')).stdout, /GREETING/);
  });

  it('recycle restarts the service', async () => {
    assertPrints(await run('recycle'), /^Recycle initiated.*kinvey flex status/);
    await station().client.online(service);
    assert.equal(await json('recycle'), null);
    assert.equal((await station().client.online(service)).version, '1.0.0');
  });

  it('deploy answers null in JSON, and the next version takes over', async () => {
    writeFileSync(path.join(station().cli.folder, 'package.json'), manifest('1.1.0'));

    assert.equal(await json('deploy'), null);

    const status = await waitForVersion('1.1.0');
    assert.deepEqual(status.deployment, { status: 'COMPLETED', version: '1.1.0' });
  }).timeout(120_000);

  it('delete ends what runs', async () => {
    assert.equal((await run('delete', '--no-prompt')).code, 0);

    assertFails(await run('status'), /^\[error\] ServiceNotFound: /);
    assert.equal((await station().client.call(service, '/healthcheck')).status, 404);
  });

  async function waitForVersion(version: string): Promise<ServiceStatus> {
    return until(`${version} to be online`, async () => {
      const status = await station().client.status(service);
      return status.status === 'ONLINE' && status.version === version && status;
    });
  }

  function manifest(version: string): string {
    const text = readFileSync(path.join(station().cli.folder, 'package.json'), 'utf8');
    return JSON.stringify({ ...(JSON.parse(text) as object), version });
  }

  function deployFrom(name: string, files: Files) {
    const cli = station().inProject(name, files);
    return cli.run('flex', 'deploy', '--service', service.serviceId);
  }
});
