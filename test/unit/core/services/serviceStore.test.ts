import assert from 'node:assert/strict';
import { AppError } from '../../../../src/core/base/errors';
import {
  ServiceStore,
  type EnvironmentKey,
  type ServiceChange,
} from '../../../../src/core/services/serviceStore';
import {
  eventually,
  hang,
  json,
  ScriptedServer,
  text,
  type Step,
} from '../../../support/scriptedServer';
import { signInAt, type SignedIn } from '../../../support/signedIn';

describe('ServiceStore', () => {
  const statusPath = 'GET v4/services/s/environments/e/status';
  const online = { status: 'ONLINE', version: '1.0.3' };
  let server: ScriptedServer;
  let ann: SignedIn;
  let store: ServiceStore;
  let key: EnvironmentKey;
  let changes: ServiceChange[];

  beforeEach(async () => {
    server = await ScriptedServer.start();
    ann = await signInAt(server.url);
    store = new ServiceStore(ann.apis);
    key = { accountId: ann.account.id, serviceId: 's', environmentId: 'e' };
    changes = [];
    store.onDidChange((change) => changes.push(change));
  });

  afterEach(async () => {
    store.dispose();
    ann.accounts.dispose();
    await server.close();
  });

  it('asks once for what several want to know', async () => {
    server
      .on('GET v4/organizations', json(200, [{ id: 'o', name: 'Acme' }]))
      .on('GET v4/services', json(200, [{ id: 's', name: 'orders', type: 'internal' }]))
      .on('GET v4/services/s/environments', json(200, [{ id: 'e', name: 'Development' }]));

    for (const round of [1, 2]) {
      const { id } = ann.account;
      const [organizations, services, environments] = await Promise.all([
        store.organizations(id),
        store.services(id, 'o'),
        store.environments(id, 's'),
      ]);
      assert.deepEqual(
        [organizations[0]?.name, services[0]?.name, environments[0]?.name, round],
        ['Acme', 'orders', 'Development', round],
      );
    }

    assert.equal(server.requests.length, 3);
  });

  it('forgets a failure', async () => {
    server.on('GET v4/organizations', text(500), json(200, []));

    await assert.rejects(store.organizations(ann.account.id), { code: 'serverFailed' });
    assert.deepEqual(await store.organizations(ann.account.id), []);
  });

  it('goes on asking for others when one stops waiting', async () => {
    let answer: (() => void) | undefined;
    const later: Step = (_request, response) => {
      answer = () => response.end('[]');
    };
    server.on('GET v4/organizations', later);
    const controller = new AbortController();
    const first = store.organizations(ann.account.id, controller.signal);
    const second = store.organizations(ann.account.id);
    await eventually(() => answer !== undefined);

    controller.abort();

    await assert.rejects(first, { code: 'cancelled' });
    answer?.();
    assert.deepEqual(await second, []);
    assert.equal(server.requests.length, 1);
  });

  it('asks again after a refresh, and tells', async () => {
    server.on('GET v4/organizations', json(200, []), json(200, [{ id: 'o', name: 'Acme' }]));
    await store.organizations(ann.account.id);

    store.refresh(ann.account.id);

    assert.deepEqual(changes, [{ kind: 'account', accountId: ann.account.id }]);
    assert.equal((await store.organizations(ann.account.id)).length, 1);
  });

  it('refreshes one account without forgetting another', async () => {
    server.on('GET v4/organizations', json(200, []));
    await store.organizations(ann.account.id);

    store.refresh('somebody else');
    store.refresh(ann.account.id.slice(0, -1));
    await store.organizations(ann.account.id);
    assert.equal(server.requests.length, 1);

    store.refresh();
    await store.organizations(ann.account.id);
    assert.equal(server.requests.length, 2);
    assert.deepEqual(changes.at(-1), { kind: 'all' });
  });

  it('always fetches a status over the wire, and tells when it differs', async () => {
    const updating = { status: 'UPDATING', version: '1.0.3' };
    server.on(statusPath, json(200, online), json(200, online), json(200, updating));
    assert.equal(store.knownStatus(key), undefined);

    assert.deepEqual(await store.fetchStatus(key), online);
    await store.fetchStatus(key);
    assert.deepEqual(changes, [{ kind: 'status', key }]);
    await store.fetchStatus({ ...key });

    assert.deepEqual(changes, [
      { kind: 'status', key },
      { kind: 'status', key },
    ]);
    assert.deepEqual(store.knownStatus(key)?.status, updating);
    assert.ok(Math.abs((store.knownStatus(key)?.at ?? 0) - Date.now()) < 60_000);
  });

  it('keeps the last status beside the error, and tells a lasting error once', async () => {
    server.on(statusPath, json(200, online), text(500), text(500), json(200, online));
    await store.fetchStatus(key);

    await assert.rejects(store.fetchStatus(key), { code: 'serverFailed' });
    await assert.rejects(store.fetchStatus(key), { code: 'serverFailed' });

    const known = store.knownStatus(key);
    assert.deepEqual(known?.status, online);
    assert.ok(known.error instanceof AppError && known.error.code === 'serverFailed');
    assert.equal(changes.length, 2);

    await store.fetchStatus(key);
    assert.equal(store.knownStatus(key)?.error, undefined);
    assert.equal(changes.length, 3);
  });

  it('keeps that nobody is signed in', async () => {
    await ann.accounts.remove(ann.account.id);

    await assert.rejects(store.fetchStatus(key), { code: 'notSignedIn' });

    assert.equal(store.knownStatus(key)?.error?.code, 'notSignedIn');
  });

  it('does not take cancelling for an answer', async () => {
    server.on(statusPath, hang);
    const controller = new AbortController();
    const fetching = store.fetchStatus(key, controller.signal);
    await eventually(() => server.requests.length === 1);

    controller.abort();

    await assert.rejects(fetching, { code: 'cancelled' });
    assert.equal(store.knownStatus(key), undefined);
    assert.deepEqual(changes, []);
  });

  it('accepts what a watch has seen, over an answer to an older question', async () => {
    let answer: (() => void) | undefined;
    server.on(statusPath, (_request, response) => {
      answer = () => response.end(JSON.stringify(online));
    });
    const fetching = store.fetchStatus(key);
    await eventually(() => answer !== undefined);
    const updating = { status: 'UPDATING', version: '1.0.3' };

    store.acceptStatus(key, updating);
    answer?.();

    assert.deepEqual(await fetching, online);
    assert.deepEqual(store.knownStatus(key)?.status, updating);
    assert.deepEqual(changes, [{ kind: 'status', key }]);
  });

  it('forgets statuses on refresh', async () => {
    server.on(statusPath, json(200, online));
    await store.fetchStatus(key);

    store.refresh(ann.account.id);

    assert.equal(store.knownStatus(key), undefined);
  });
});
