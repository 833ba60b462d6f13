import assert from 'node:assert/strict';
import type { ApiProvider } from '../../src/core/accounts/apiProvider';
import { DeploymentStore } from '../../src/core/deploy/history/deploymentStore';
import { LastJob } from '../../src/editor/deploy/watch/lastJob';
import type { Targets } from '../../src/editor/targets';
import { createJsonMemory } from '../support/jsonMemory';
import { json, ScriptedServer, text } from '../support/scriptedServer';
import { createTestApi } from '../support/testApi';
import { escapeFrom, failureOf, run, runtime, signedIn } from './station';

describe('services', () => {
  it('are asked for again when told to refresh', async () => {
    const { id: account } = await signedIn();
    const ask = () => run('flexservice.services.status', { account, service: 'made elsewhere' });
    assert.equal((await failureOf(ask())).code, 'notFound');
    await makeElsewhere('made elsewhere');
    assert.equal((await failureOf(ask())).code, 'notFound');

    await run('flexservice.services.refresh');

    const { service } = await ask();
    assert.equal(service.name, 'made elsewhere');
  });

  it('take another Node.js before anything is deployed, and refuse one that there is not', async () => {
    const { id: account } = await signedIn();
    const change = (runtime: string) =>
      run('flexservice.services.runtime', {
        ...{ account, service: 'made elsewhere', runtime, confirm: true },
      });

    assert.equal((await change('flex-runtime-node20')).runtime, 'flex-runtime-node20');
    assert.equal((await failureOf(change('flex-runtime-cobol'))).code, 'rejected');
  });

  it('have a menu, which Escape ends', async () => {
    assert.equal((await escapeFrom(run('flexservice.services.menu'))).code, 'cancelled');
  });

  it('are told why one was not created, also where it cannot be taken back', async () => {
    const instance = await ScriptedServer.start();
    const service = { id: 's1', name: 'halfway', organizationId: 'o1' };
    const shop = { id: 'o1', name: 'Shop' };
    instance
      .on('POST session', json(200, { email: 'ann@example.com', token: 'a token' }))
      .on('DELETE session', text(204))
      .on('GET v4/organizations', json(200, [shop, { id: 'o2', name: 'Office' }]))
      .on('POST v4/services', json(201, service))
      .on('POST v4/services/s1/environments', refusal(400, 'No environment today.'))
      .on('DELETE v4/services/s1', refusal(500, 'Nor a way back.'));
    const { account } = await run('flexservice.accounts.signIn', {
      ...{ instance: instance.url, email: 'ann@example.com', password: 'secret' },
    });
    const create = { account: account.id, name: 'halfway' };

    const asked = await escapeFrom(run('flexservice.services.create', create));
    const made = instance.count('POST v4/services');
    const failure = await failureOf(
      run('flexservice.services.create', { ...create, organization: 'Shop' }),
    );

    await run('flexservice.accounts.signOut', { account: account.id });
    await instance.close();
    assert.deepEqual([asked.code, made], ['cancelled', 0]);
    assert.equal(failure.code, 'rejected');
    assert.match(
      failure.message,
      /halfway was created without an environment.*No environment today/,
    );
    assert.doesNotMatch(failure.message, /way back/);
  });
});

describe('the last job', () => {
  it('is told also where its id was lost', async () => {
    const records = new DeploymentStore(createJsonMemory());
    await records.save({
      ...{ folder: '/orders', accountId: 'a', kind: 'deploy', version: '1.0.1', job: '' },
      ...{ serviceId: 's', serviceName: 'orders', environmentId: 'e', environmentName: 'Test' },
      ...{ startedAt: new Date().toISOString(), outcome: 'unknown', progress: 'Uploading' },
    });
    const targets = { folder: (given: string) => Promise.resolve(given) } as unknown as Targets;
    const instances = { forAccount: () => assert.fail('there is nothing to ask for') };
    const last = new LastJob(instances as unknown as ApiProvider, targets, records);

    const report = await last.show({ argument: { folder: '/orders' }, byPerson: false });

    assert.deepEqual(report, {
      ...{ job: '', status: 'UNKNOWN', progress: 'Uploading' },
      ...{ version: '1.0.1', outcome: 'unknown' },
    });
  });
});

/** As another person, or the CLI, does it: the editor does not hear of it. */
async function makeElsewhere(name: string): Promise<void> {
  const { url, email, password } = await runtime();
  const { token } = await createTestApi(url).signIn({ email, password });
  const api = createTestApi(url, token);
  const [organization] = await api.listOrganizations();
  assert.ok(organization);
  const access = { writers: { organizations: [organization.id] } };
  const service = await api.createService({ name, type: 'internal', access });
  await api.createServiceEnvironment(service.id, { name: 'Development', secret: 'a secret' });
  await api.signOut();
}

function refusal(status: number, description: string) {
  return json(status, { code: 'Refused', description, debug: '' });
}
