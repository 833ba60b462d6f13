import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { accountId } from '../../src/core/accounts/account';
import { readCliProfiles } from '../../src/core/accounts/cliSession';
import { profileFor, readBindings, writeBinding } from '../../src/core/project/binding';
import type { Organization } from '../../src/core/kinvey/apiTypes';
import { KinveyCli } from '../support/kinveyCli';
import { RuntimeClient, type TestService } from '../support/runtimeClient';
import { owner, startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';

describe('.kinvey, shared with kinvey-cli', () => {
  const scratch = createScratchFolder('binding');
  const home = path.join(scratch, 'home');
  const folder = path.join(scratch, 'orders');
  const cli = () => new KinveyCli(home, folder);
  let runtime: RuntimeProcess;
  let organization: Organization;
  let service: TestService;

  before(async () => {
    mkdirSync(home);
    mkdirSync(folder);
    runtime = await startRuntime({ dataDirectory: path.join(scratch, 'data') });
    const client = await RuntimeClient.signIn(runtime.url);
    [organization] = (await client.send('GET', 'v4/organizations')).body as [Organization];
    service = await client.createService();
    const credentials = ['--email', owner.email, '--password', owner.password];
    await cli().json('profile', 'create', 'work', '--instance-id', runtime.url, ...credentials);
  });
  after(async () => {
    await runtime.stop();
    removeScratchFolder(scratch);
  });

  const account = () => ({
    id: accountId(owner.email, runtime.url),
    email: owner.email,
    instance: runtime.url,
  });

  it('is used by the CLI when we wrote it, under the name of its own profile', async () => {
    const profile = profileFor(account(), await readCliProfiles(home));

    await writeBinding(folder, profile, {
      organizationId: organization.id,
      serviceId: service.serviceId,
      serviceName: 'x',
      environmentId: service.environmentId,
    });

    assert.equal(profile, 'work');
    const status = await cli().json('flex', 'status');
    assert.deepEqual(status, {
      status: 'NEW',
      serviceId: service.serviceId,
      svcEnvId: service.environmentId,
    });
  });

  it('is used by us when the CLI wrote it', async () => {
    writeFileSync(path.join(folder, '.kinvey'), '');

    const { code, stdout } = await cli().answer(
      [
        ['rganization', ''],
        ['ervice', ''],
      ],
      'flex',
      'init',
    );

    assert.equal(code, 0, stdout);
    assert.deepEqual(await readBindings(folder), [
      {
        profile: 'work',
        organizationId: organization.id,
        serviceId: service.serviceId,
        serviceName: 'x',
        environmentId: service.environmentId,
      },
    ]);
  });

  it('is free to be bound again after the CLI has cleared it', async () => {
    await cli().json('flex', 'clear');

    assert.equal(readFileSync(path.join(folder, '.kinvey'), 'utf8'), '""');
    assert.deepEqual(await readBindings(folder), []);
  });
});
