import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { accountId, type Account } from '../../../../src/core/accounts/account';
import { AccountStore, type AccountsChange } from '../../../../src/core/accounts/accountStore';
import { silentLog, type Log } from '../../../../src/core/base/log';
import { MemorySecretStore } from '../../../support/memorySecretStore';
import { eventually } from '../../../support/scriptedServer';

function accountOf(email: string, instance = 'https://manage.kinvey.com/'): Account {
  return { id: accountId(email, instance), email, instance };
}

const ann = accountOf('ann@example.com');
const bob = accountOf('bob@example.com');
const annsKey = 'flexservice.account.ann@example.com https://manage.kinvey.com/';

/** What a store told, in words. */
function record(store: AccountStore): string[] {
  const told: string[] = [];
  store.onDidChange((change: AccountsChange) => {
    for (const kind of ['added', 'removed', 'changed'] as const) {
      told.push(...change[kind].map(({ email }) => `${kind} ${email}`));
    }
  });
  return told;
}

describe('AccountStore', () => {
  let secrets: MemorySecretStore;
  let here: AccountStore;
  let there: AccountStore;

  beforeEach(() => {
    secrets = new MemorySecretStore();
    here = new AccountStore(secrets, silentLog);
    there = new AccountStore(secrets, silentLog);
  });

  afterEach(() => {
    here.dispose();
    there.dispose();
  });

  it('keeps accounts with their tokens, also for the next start', async () => {
    await here.save(bob, 't2');
    await here.save(ann, 't1');

    const next = new AccountStore(secrets, silentLog);

    assert.deepEqual(await next.list(), [ann, bob]);
    assert.deepEqual(await next.find(ann.id), ann);
    assert.equal(await next.token(ann.id), 't1');
    next.dispose();
  });

  it('keeps one versioned secret per account and instance', async () => {
    const elsewhere = accountOf('ann@example.com', 'http://127.0.0.1:4000/');
    await here.save(ann, 't1');
    await here.save(elsewhere, 't2');

    assert.equal(secrets.secrets.size, 2);
    assert.deepEqual(JSON.parse(secrets.secrets.get(annsKey) ?? ''), {
      version: 1,
      email: 'ann@example.com',
      instance: 'https://manage.kinvey.com/',
      token: 't1',
    });
    assert.equal(await here.token(elsewhere.id), 't2');
  });

  it('removes an account with its secret', async () => {
    await here.save(ann, 't1');

    await here.remove(ann.id);

    assert.deepEqual(await here.list(), []);
    assert.equal(await here.find(ann.id), undefined);
    assert.equal(await here.token(ann.id), undefined);
    assert.equal(secrets.secrets.size, 0);
  });

  it('tells once what it did itself', async () => {
    const told = record(here);
    await here.save(ann, 't1');
    await here.save(ann, 't1');
    await here.save(ann, 't2');
    await here.remove(ann.id);
    await here.list();

    assert.deepEqual(told, [
      'added ann@example.com',
      'changed ann@example.com',
      'removed ann@example.com',
    ]);
  });

  it('tells what another window did, and answers it', async () => {
    const told = record(there);
    await there.list();

    await here.save(ann, 't1');
    await eventually(() => told.length === 1);
    assert.equal(await there.token(ann.id), 't1');
    await here.save(ann, 't2');
    await eventually(() => told.length === 2);
    assert.equal(await there.token(ann.id), 't2');
    await here.remove(ann.id);
    await eventually(() => told.length === 3);
    assert.deepEqual(await there.list(), []);

    assert.deepEqual(told, [
      'added ann@example.com',
      'changed ann@example.com',
      'removed ann@example.com',
    ]);
  });

  it('has nothing to tell of the accounts that were there from the start', async () => {
    await here.save(ann, 't1');
    const told = record(there);

    await there.list();
    await there.save(bob, 't2');

    assert.deepEqual(told, ['added bob@example.com']);
  });

  it('comes to the same end in both windows when both write at once', async () => {
    await Promise.all([
      here.save(ann, 't1'),
      there.save(ann, 't2'),
      here.save(bob, 't3'),
      there.remove(bob.id),
    ]);

    assert.deepEqual(await here.list(), await there.list());
    assert.equal(await here.token(ann.id), await there.token(ann.id));
  });

  it('leaves alone and logs, without content, what is no account of ours', async () => {
    const lines: string[] = [];
    const warn = (message: string, details?: unknown) => lines.push(message + inspect(details));
    const log: Log = { ...silentLog, warn };
    const foreign = {
      'flexservice.account.broken': '{"token":"geheim"',
      'flexservice.account.future': '{"version":2,"token":"geheim"}',
      'flexservice.account.null': 'null',
      [annsKey]: '{"version":1,"email":"mallory","instance":"x","token":"geheim"}',
      'flexservice.other': 'geheim',
    };
    for (const [key, value] of Object.entries(foreign)) {
      secrets.secrets.set(key, value);
    }
    const store = new AccountStore(secrets, log);
    await store.save(bob, 't2');

    assert.deepEqual(await store.list(), [bob]);
    assert.equal(await store.find(ann.id), undefined);

    assert.ok(lines.some((line) => line.includes('flexservice.account.broken')));
    assert.ok(!lines.join().includes('geheim'));
    assert.equal(secrets.secrets.size, 6);
    store.dispose();
  });

  it('says nothing any more once it is disposed', async () => {
    const told = record(there);
    await there.list();
    there.dispose();

    await here.save(ann, 't1');
    await here.list();

    assert.deepEqual(told, []);
  });

  it('goes on after the secret store failed once', async () => {
    const failing = new MemorySecretStore();
    const set = failing.set.bind(failing);
    failing.set = () => Promise.reject(new Error('locked'));
    const store = new AccountStore(failing, silentLog);

    await assert.rejects(store.save(ann, 't1'), { message: 'locked' });
    failing.set = set;
    await store.save(ann, 't1');

    assert.deepEqual(await store.list(), [ann]);
    store.dispose();
  });
});
