import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ServiceEnvironment } from '../../../src/core/kinvey/apiTypes';
import {
  assertFails,
  assertPrints,
  organization,
  useCliStation,
  uuid,
} from '../../support/cliStation';

describe('kinvey flex: services and the project', () => {
  const station = useCliStation();
  const run = (...args: string[]) => station().cli.run('flex', ...args);
  const json = (...args: string[]) => station().cli.json('flex', ...args);
  const bindingFile = () => path.join(station().cli.folder, '.kinvey');
  let orders: string;
  let billing: string;

  it('list fails while there is no service, as at the vendor', async () => {
    const [empty, homeless, stranger] = await Promise.all([
      run('list', '--org', organization),
      run('list'),
      run('list', '--org', 'Nobody'),
    ]);

    assertFails(empty, /^\[error\] NoFlexServicesFound: /);
    assertFails(homeless, /Organization is required\./);
    assertFails(stranger, /^\[error\] NotFound: /);
  });

  it('init needs a service to choose', async () => {
    const answers = [['rganization', '']] as const;
    const { code, stdout } = await station().cli.answer(answers, 'flex', 'init');

    assert.equal(code, 1);
    assert.match(stdout, /NoFlexServicesFound/);
    assert.equal(existsSync(bindingFile()), false);
  });

  it('create makes a service with an environment, and tells the secret', async () => {
    const options = ['--secret', 's3cret', '--vars', 'A=1,B=x=y', '--runtime', 'node12'];
    const created = await run('create', 'orders', '--org', organization, ...options);
    const more = (await json('create', 'billing', '--org', organization, '--env', 'Prod')) as {
      id: string;
      secret: string;
    };

    const line = new RegExp(`^Created service: (${uuid.source})\\. Secret: s3cret\n$`);
    assertPrints(created, line);
    orders = line.exec(created.stdout)![1]!;
    billing = more.id;
    assert.match(more.secret, /^[0-9a-f]{116}$/);
  });

  it('create fails without a name or an organization, and with what it does not know', async () => {
    const [nameless, homeless, stranger, runtime, variables] = await Promise.all([
      run('create'),
      run('create', 'x'),
      run('create', 'x', '--org', 'Nobody'),
      run('create', 'x', '--org', organization, '--runtime', 'node99'),
      run('create', 'x', '--org', organization, '--vars', 'A'),
    ]);

    assertFails(nameless, /Not enough non-option arguments/);
    assertFails(homeless, /Organization is required\./);
    assertFails(stranger, /^\[error\] NotFound: /);
    assertFails(runtime, /Invalid values/);
    assertFails(variables, /Environment variables must be specified as comma-separated list/);
  });

  it('create tells what the server refuses', async () => {
    const refused = await run('create', 'x', '--org', organization, '--secret', 'x');

    assertFails(refused, /^\[error\] ValidationError: Validation failed\.\s+Field: secret\. /);
  });

  it('list tells all, by name', async () => {
    const [text, result] = await Promise.all([
      run('list', '--org', organization),
      json('list', '--org', organization),
    ]);

    assertPrints(text, new RegExp(`^Count: \\d+\n[^]+${billing} +billing[^]+${orders} +orders`));
    const names = (result as { name: string }[]).map(({ name }) => name);
    assert.deepEqual([names[0], names.at(-1)], ['billing', 'x']);
  });

  it('show tells a service with its environment, secret and variables', async () => {
    const [text, result] = await Promise.all([
      run('show', '--service', orders),
      json('show', '--service', orders),
    ]);

    assertPrints(text, /^svcEnvName +Development/m);
    for (const row of ['runtime +node12', 'secret +s3cret', 'serviceName +orders', 'B +x=y']) {
      assert.match(text.stdout, new RegExp(row));
    }
    const { environmentVariables } = result as ServiceEnvironment;
    assert.deepEqual(environmentVariables, { A: '1', B: 'x=y' });
  });

  it('update sets or replaces variables, by the name or the id of the environment', async () => {
    const [{ id }] = (await station().client.send('GET', `v4/services/${orders}/environments`))
      .body as [ServiceEnvironment];
    const to = ['--service', orders, '--env', 'Development'];

    const updated = await run('update', ...to, '--set-vars', 'C=3', '--runtime', 'node10');
    assertPrints(updated, new RegExp(`^Updated service environment: ${id}\n$`));
    const shown = (await json('show', '--service', orders)) as ServiceEnvironment;
    assert.deepEqual(shown.environmentVariables, { A: '1', B: 'x=y', C: '3' });
    assert.equal(shown.runtime, 'node10');

    const replaced = ['--service', orders, '--env', id, '--replace-vars', '{"D":4}'];
    assert.deepEqual(await json('update', ...replaced), { id });
    const last = (await json('show', '--service', orders)) as ServiceEnvironment;
    assert.deepEqual(last.environmentVariables, { D: '4' });
    assert.equal(last.runtime, 'node10');
  });

  it('ask which environment is meant when there are several', async () => {
    const route = `v4/services/${billing}/environments`;
    await station().client.send('POST', route, { name: 'Test', secret: 's3cret' });

    const [many, none, named] = await Promise.all([
      run('status', '--service', billing),
      run('status', '--service', billing, '--env', 'Nothing'),
      run('status', '--service', billing, '--env', 'Test'),
    ]);

    assertFails(many, /^\[error\] TooManySvcEnvs: .*Prod.*Test/);
    assertFails(none, /^\[error\] NotFound: /);
    assertPrints(named, /^status +NEW/m);
  });

  it('need a service', async () => {
    const commands = ['status', 'show', 'logs', 'deploy', 'recycle', 'update', 'delete'];

    const results = await Promise.all(commands.map((command) => run(command)));

    results.forEach((result) => assertFails(result, /project is not configured/));
  });

  it('fail for a service that does not exist', async () => {
    const results = await Promise.all(
      ['status', 'show', 'logs', 'recycle', 'update', 'delete'].map((command) =>
        run(command, '--service', uuidOfNobody, ...(command === 'delete' ? ['--no-prompt'] : [])),
      ),
    );

    results.forEach((result) => assertFails(result, /^\[error\] ServiceNotFound: /));
  });

  it('init writes .kinvey, which the other commands then use, and clear empties it', async () => {
    const down = '\u001B[B';
    const { code, stdout } = await station().cli.answer(
      [
        ['rganization', ''],
        ['ervice', down],
      ],
      ...['flex', 'init'],
    );

    assert.equal(code, 0, stdout);
    const { dev } = JSON.parse(readFileSync(bindingFile(), 'utf8')) as Record<
      string,
      { flex: { serviceId: string } }
    >;
    assert.equal(dev?.flex.serviceId, orders);
    assertPrints(await run('status'), /^status +NEW/m);
    assertPrints(await run('clear'), /\S/);
    assert.equal(readFileSync(bindingFile(), 'utf8'), '""');
    assertFails(await run('status'), /project is not configured/);
    assert.equal(await json('clear'), null);
  });

  it('delete asks first, and does nothing on a no', async () => {
    const args = ['flex', 'delete', '--service', billing];
    const { code, stdout } = await station().cli.answer([['delete', 'n']], ...args);

    assert.equal(code, 1, stdout);
    assert.equal((await station().client.send('GET', `v4/services/${billing}`)).status, 200);
  });

  it('delete removes a service', async () => {
    const deleted = await run('delete', '--service', billing, '--no-prompt');

    assertPrints(deleted, new RegExp(`^Deleted service: ${billing}\n$`));
    assert.deepEqual(await json('delete', '--service', orders, '--no-prompt'), { id: orders });
    assert.equal((await station().client.send('GET', `v4/services/${orders}`)).status, 404);
  });
});

const uuidOfNobody = '00000000-0000-4000-8000-000000000000';
