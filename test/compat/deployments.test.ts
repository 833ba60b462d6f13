import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DeployEvent, DeployRequest } from '../../src/core/deploy/deployment';
import { planBundle } from '../../src/core/project/bundlePlan';
import { checkout } from '../support/checkout';
import { connectDeployments, type ConnectedDeployments } from '../support/deployments';
import { ordersService } from '../support/ordersService';
import { RuntimeClient, type TestService } from '../support/runtimeClient';
import { startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';

/** Core's deploy against a runtime process, with services that install the real SDK. */
describe('Deployments to a FlexService Runtime', function () {
  this.timeout(300_000);
  const scratch = createScratchFolder('deployments');
  const folder = path.join(scratch, 'orders');
  const events: DeployEvent[] = [];
  let runtime: RuntimeProcess;
  let client: RuntimeClient;
  let service: TestService;
  let core: ConnectedDeployments;

  const copy = async (source: string) => {
    await rm(folder, { recursive: true, force: true });
    await cp(source, folder, { recursive: true, filter: (file) => !file.endsWith('node_modules') });
  };
  const deploy = async (version: string, more: Partial<DeployRequest> = {}) =>
    core.deployments.deploy({
      target: {
        ...service,
        folder,
        account: core.account,
        serviceName: 'orders',
        environmentName: 'Development',
      },
      bundle: await planBundle(folder),
      version,
      onEvent: (event) => events.push(event),
      ...more,
    });

  before(async () => {
    runtime = await startRuntime({
      dataDirectory: path.join(scratch, 'data'),
      args: ['--replicas', '1'],
      env: { FLEX_RUNTIME_START_ATTEMPTS: '2' },
    });
    client = await RuntimeClient.signIn(runtime.url);
    service = await client.createService({ environmentVariables: { KEPT: 'one' } });
    core = await connectDeployments(runtime.url, client.token, { intervalMs: 100 });
  });
  beforeEach(() => events.splice(0));
  after(async () => {
    core.services.dispose();
    await runtime.stop();
    removeScratchFolder(scratch);
  });

  it('brings a service online that then answers', async () => {
    await copy(ordersService);

    const { outcome, status } = await deploy('1.0.1', { variables: { ADDED: 'two' } });

    assert.equal(outcome, 'online');
    assert.equal(status?.version, '1.0.1');
    assert.equal((await client.call(service, '/orders')).status, 200);
    const route = `v4/services/${service.serviceId}/environments`;
    const [environment] = (await client.send('GET', route)).body as Record<string, unknown>[];
    assert.deepEqual(environment?.environmentVariables, { KEPT: 'one', ADDED: 'two' });
  });

  it('hands on why the runtime does not take a version that it has', async () => {
    await copy(ordersService);

    const { outcome, reason } = await deploy('1.0.1');

    assert.equal(outcome, 'failed');
    assert.match(reason ?? '', /1\.0\.1/);
  });

  it('ends with the first startup error of a service that does not start', async () => {
    await copy(path.join(checkout, 'test/fixtures/broken-startup'));

    const { outcome, startupError, reason } = await deploy('1.0.2');

    assert.equal(outcome, 'failed');
    assert.match(startupError?.message ?? '', /undefinedHandler is not defined/);
    assert.ok(reason);
  });

  it('recycles what serves', async () => {
    await copy(ordersService);
    assert.equal((await deploy('1.0.3')).outcome, 'online');

    const { outcome, version } = await core.deployments.recycle({
      ...service,
      folder,
      account: core.account,
      serviceName: 'orders',
      environmentName: 'Development',
    });

    assert.deepEqual([outcome, version], ['online', '1.0.3']);
  });
});
