import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { accountId, type Account } from '../../../../src/core/accounts/account';
import { AccountStore } from '../../../../src/core/accounts/accountStore';
import { ApiProvider } from '../../../../src/core/accounts/apiProvider';
import { silentLog } from '../../../../src/core/base/log';
import { writeBinding } from '../../../../src/core/project/binding';
import { TargetResolver } from '../../../../src/core/project/targetResolver';
import { MemorySecretStore } from '../../../support/memorySecretStore';
import { eventually, hang, json, ScriptedServer, text } from '../../../support/scriptedServer';
import { useTempFolder } from '../../../support/tempFolder';
import { createTestApi } from '../../../support/testApi';

describe('TargetResolver', () => {
  const folder = useTempFolder();
  const environmentsPath = 'GET v4/services/s1/environments';
  const development = { id: 'e1', name: 'Development', secret: 'x' };
  const production = { id: 'e2', name: 'Production', secret: 'x' };
  const target = {
    organizationId: 'o1',
    serviceId: 's1',
    serviceName: 'orders',
    environmentId: 'e1',
  };
  let server: ScriptedServer;
  let accounts: AccountStore;
  let ann: Account;
  let remembered: Map<string, string>;
  let resolver: TargetResolver;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    accounts = new AccountStore(new MemorySecretStore(), silentLog);
    const email = 'ann@example.com';
    ann = { id: accountId(email, server.url), email, instance: server.url };
    await accounts.save(ann, 't1');
    remembered = new Map();
    resolver = new TargetResolver(
      accounts,
      new ApiProvider(accounts, createTestApi),
      {
        get: (key) => remembered.get(key),
        set: (key, id) => {
          remembered.set(key, id ?? '');
          return Promise.resolve();
        },
      },
      () => Promise.resolve([]),
    );
  });

  afterEach(async () => {
    accounts.dispose();
    await server.close();
  });

  const bind = (changes: Partial<typeof target> = {}) =>
    writeBinding(folder(), ann.email, { ...target, ...changes });
  const writeOld = (flex: object) =>
    writeFile(path.join(folder(), '.kinvey'), JSON.stringify({ [ann.email]: { flex } }));

  it('knows the binding without the wire', async () => {
    assert.deepEqual(await resolver.bindingOf(folder()), { kind: 'unbound' });

    await bind();

    const state = await resolver.bindingOf(folder());
    assert.ok(state.kind === 'bound');
    assert.deepEqual(state.account, ann);
    assert.equal(state.section.serviceName, 'orders');
    assert.equal(server.requests.length, 0);
  });

  it('names the environment, asking once', async () => {
    server.on(environmentsPath, json(200, [production, development]));
    await bind();

    const [first, second] = await Promise.all([
      resolver.resolve(folder()),
      resolver.resolve(folder()),
    ]);

    assert.deepEqual(first, {
      folder: folder(),
      account: ann,
      serviceId: 's1',
      serviceName: 'orders',
      environmentId: 'e1',
      environmentName: 'Development',
    });
    assert.deepEqual(second, first);
    assert.equal(server.requests.length, 1);
  });

  it('asks again for an environment that is newer than what it knows', async () => {
    server.on(environmentsPath, json(200, [development]), json(200, [development, production]));
    await bind();
    await resolver.resolve(folder());
    await bind({ environmentId: 'e2' });

    assert.equal((await resolver.resolve(folder())).environmentName, 'Production');
  });

  it('takes the only environment where .kinvey names none, and asks for a missing name', async () => {
    server
      .on(environmentsPath, json(200, [production]))
      .on('GET v4/services/s1', json(200, { id: 's1', name: 'orders' }));
    await writeOld({ serviceId: 's1' });

    const resolved = await resolver.resolve(folder());

    assert.equal(resolved.environmentId, 'e2');
    assert.equal(resolved.serviceName, 'orders');
  });

  it('asks which one where .kinvey names none of several', async () => {
    server.on(environmentsPath, json(200, [development, production]));
    await writeOld({ serviceId: 's1', serviceName: 'orders' });

    await assert.rejects(resolver.resolve(folder()), {
      code: 'ambiguous',
      message: /names no environment of orders, which has several: Development, Production/,
    });
  });

  it('tells an unbound folder', async () => {
    await assert.rejects(resolver.resolve(folder()), { code: 'notBound' });
  });

  it('tells who must sign in', async () => {
    await bind();
    await accounts.remove(ann.id);

    await assert.rejects(resolver.resolve(folder()), {
      code: 'notSignedIn',
      message: 'This folder is bound by ann@example.com. Sign in first.',
    });
  });

  it('tells a service that is gone', async () => {
    server.on(environmentsPath, json(404, { code: 'ServiceNotFound', description: 'Gone.' }));
    await bind();

    await assert.rejects(resolver.resolve(folder()), {
      code: 'notFound',
      message: `Service orders in .kinvey was not found at Local Runtime (127.0.0.1:${server.port}): bind the folder again.`,
    });
  });

  it('tells an environment that is gone', async () => {
    server.on(environmentsPath, json(200, [production]));
    await bind();

    await assert.rejects(resolver.resolve(folder()), {
      code: 'notFound',
      message: /^The environment of orders in \.kinvey was not found/,
    });
  });

  it('does not remember a failure', async () => {
    server.on(environmentsPath, text(500), json(200, [development]));
    await bind();

    await assert.rejects(resolver.resolve(folder()), { code: 'serverFailed' });
    assert.equal((await resolver.resolve(folder())).environmentName, 'Development');
  });

  it('can be cancelled', async () => {
    server.on(environmentsPath, hang);
    await bind();
    const controller = new AbortController();
    const resolving = resolver.resolve(folder(), controller.signal);
    await eventually(() => server.requests.length === 1);

    controller.abort();

    await assert.rejects(resolving, { code: 'cancelled' });
  });

  it('remembers with which account a folder was bound, and looks anew', async () => {
    server.on(
      environmentsPath,
      json(200, [development]),
      json(200, [{ ...development, name: 'Dev' }]),
    );
    await bind();
    await resolver.resolve(folder());

    await resolver.remember(folder(), ann.id);

    assert.equal(remembered.get(folder()), ann.id);
    assert.equal((await resolver.resolve(folder())).environmentName, 'Dev');
  });
});
