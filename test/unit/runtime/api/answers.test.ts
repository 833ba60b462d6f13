import assert from 'node:assert/strict';
import { useOwnRuntime } from '../../../support/inProcessRuntime';

describe('the answers of a runtime', () => {
  const runtime = useOwnRuntime();

  const code = async (method: string, route: string, body?: unknown) => {
    const answer = await runtime().client.send(method, route, body);
    return [answer.status, (answer.body as { code: string }).code];
  };

  it('tell what does not exist in the words of the contract', async () => {
    const { serviceId, environmentId } = await runtime().client.createService();

    assert.deepEqual(await code('GET', 'v4/organizations/x'), [404, 'OrganizationNotFound']);
    assert.deepEqual(await code('GET', 'v4/apps/x'), [404, 'AppNotFound']);
    assert.deepEqual(await code('GET', 'v4/environments/kid_x'), [404, 'EnvironmentNotFound']);
    assert.deepEqual(await code('GET', 'v4/services/x'), [404, 'ServiceNotFound']);
    assert.deepEqual(await code('GET', 'v4/jobs/x'), [404, 'JobNotFound']);
    const wrong = `v4/services/${serviceId}/environments/x/status`;
    assert.deepEqual(await code('GET', wrong), [404, 'ServiceEnvironmentNotFound']);
    const foreign = (await runtime().client.createService()).serviceId;
    const other = `v4/services/${foreign}/environments/${environmentId}`;
    assert.deepEqual(await code('GET', other), [404, 'ServiceEnvironmentNotFound']);
    assert.deepEqual(await code('GET', 'v4/nonsense'), [404, 'RouteNotFound']);
    assert.deepEqual(await code('GET', 'v4/identity-providers'), [404, 'FeatureFlagRequired']);
  });

  it('are JSON for broken and for oversized bodies too', async () => {
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(`${runtime().url}session`, { method: 'POST', headers, body: '{' });
    const large = await fetch(`${runtime().url}session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ email: 'x'.repeat(2_000_000) }),
    });

    assert.equal(((await broken.json()) as { code: string }).code, 'BadRequest');
    assert.deepEqual([broken.status, large.status], [400, 413]);
    assert.equal(((await large.json()) as { code: string }).code, 'RequestTooLarge');
  });

  it('are JSON for URLs and query strings that make no sense', async () => {
    assert.deepEqual(await code('GET', 'v4/%'), [400, 'BadRequest']);
    const { body } = await runtime().client.send(
      'GET',
      'v4/services?organizationId=a&organizationId=b',
    );
    assert.deepEqual(body, []);
  });

  it('keep description and runtime of an environment that a PUT leaves out', async () => {
    const node12 = 'flex-runtime-node12';
    const { serviceId, environmentId } = await runtime().client.createService({
      runtime: node12,
      description: 'd',
    });
    const route = `v4/services/${serviceId}/environments/${environmentId}`;

    const changed = { name: 'Development', secret: 'xyz', environmentVariables: { A: '1' } };
    const { body } = await runtime().client.send('PUT', route, {
      ...changed,
      host: 'h',
      unknown: 1,
    });

    const expected = {
      id: environmentId,
      ...changed,
      host: 'h',
      runtime: node12,
      description: 'd',
    };
    assert.deepEqual(body, expected);
  });

  it('name the fields of an environment that are wrong', async () => {
    const { serviceId } = await runtime().client.createService();
    const { status, body } = await runtime().client.send(
      'POST',
      `v4/services/${serviceId}/environments`,
      {
        secret: ' x',
        runtime: 'python',
        environmentVariables: { 'A=B': '1', C: 1 },
      },
    );

    assert.equal(status, 422);
    const { errors } = body as { errors: { field: string }[] };
    assert.deepEqual([...new Set(errors.map(({ field }) => field))].sort(), [
      'environmentVariables',
      'name',
      'runtime',
      'secret',
    ]);
  });
});
