import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { copyFixture, failureOf, run, runtime, signedIn, type Result } from './station';

describe('project', () => {
  let folder: string;
  let service: Result;
  const file = () => path.join(folder, '.kinvey');
  const binding = async () => JSON.parse(await readFile(file(), 'utf8')) as Record<string, unknown>;

  before(async () => {
    folder = await copyFixture('orders-service');
    await signedIn();
    service = await run('flexservice.services.create', {
      name: 'bound',
      environment: 'Staging',
      secret: 'a secret of ours',
    });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('creates a service, and keeps its secret to itself', () => {
    assert.equal(service.service.name, 'bound');
    assert.equal(service.environment.name, 'Staging');
    assert.doesNotMatch(JSON.stringify(service), /secret/);
  });

  it('writes .kinvey as the CLI does, and keeps the sections of others', async () => {
    await writeFile(file(), '{"other":{"flex":{"serviceId":"theirs"}},"x":1}');

    const bound = await run('flexservice.project.bind', { folder, service: 'bound' });

    assert.deepEqual(bound.environment, service.environment);
    const { email } = await runtime();
    const sections = await binding();
    const own = sections[email] as { flex: Record<string, unknown> };
    assert.deepEqual(Object.keys(sections), ['other', 'x', email]);
    assert.deepEqual(
      { ...own.flex, domainEntityId: typeof own.flex.domainEntityId },
      {
        domain: 'org',
        domainEntityId: 'string',
        serviceId: service.service.id,
        serviceName: 'bound',
        svcEnvId: service.environment.id,
        schemaVersion: 4,
      },
    );
  });

  it('removes only its own section when it unbinds', async () => {
    await run('flexservice.project.unbind', { folder });

    assert.deepEqual(await binding(), { other: { flex: { serviceId: 'theirs' } }, x: 1 });
  });

  it('binds over a file that the CLI has cleared', async () => {
    await writeFile(file(), '""');

    await run('flexservice.project.bind', { folder, service: 'bound' });

    assert.deepEqual(Object.keys(await binding()), [(await runtime()).email]);
  });

  it('leaves a file that is not JSON as it is, and names it', async () => {
    await writeFile(file(), '{"half":');

    const failure = await failureOf(run('flexservice.project.bind', { folder, service: 'bound' }));

    assert.equal(failure.code, 'bindingBroken');
    assert.match(failure.message, /\.kinvey/);
    assert.equal(await readFile(file(), 'utf8'), '{"half":');
  });

  it('says that a service does not exist', async () => {
    await rm(file());

    const failure = await failureOf(run('flexservice.project.bind', { folder, service: 'none' }));

    assert.equal(failure.code, 'notFound');
    assert.match(failure.message, /none/);
  });

  it('refuses an environment or an account without the service that it belongs to', async () => {
    const { id: account } = await signedIn();

    for (const alone of [{ environment: 'Staging' }, { account }]) {
      const failure = await failureOf(run('flexservice.services.status', { folder, ...alone }));

      assert.equal(failure.code, 'invalidInput');
      assert.match(failure.message, /name the service/i);
    }
  });

  it('says that a bound service is gone, and to bind again', async () => {
    const flex = {
      domain: 'org',
      serviceId: '00000000-0000-4000-8000-000000000000',
      svcEnvId: 'x',
    };
    await writeFile(file(), JSON.stringify({ [(await runtime()).email]: { flex } }));

    const failure = await failureOf(run('flexservice.services.status', { folder }));

    assert.equal(failure.code, 'notFound');
    assert.match(failure.message, /bind the folder again/);
  });
});
