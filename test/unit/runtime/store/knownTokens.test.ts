import assert from 'node:assert/strict';
import { AccountStore } from '../../../../src/runtime/store/accountStore';
import { Database } from '../../../../src/runtime/store/database';
import { useTempFolder } from '../../../support/tempFolder';
import { until } from '../../../support/until';

describe('KnownTokens', () => {
  const folder = useTempFolder();
  let databases: Database[];

  beforeEach(() => {
    databases = [];
  });

  afterEach(() => databases.forEach((database) => database.close()));

  const open = (): AccountStore => {
    const database = new Database(`${folder()}/runtime.db`);
    databases.push(database);
    return new AccountStore(database, 60_000);
  };
  const signIn = (accounts: AccountStore): string => {
    accounts.create({ email: 'jane@example.com', password: 'hash' });
    const token = accounts.openSession(accounts.findByEmail('jane@example.com')!)!;
    assert.equal(accounts.findByToken(token)?.email, 'jane@example.com');
    return token;
  };

  it('knows a session no more as soon as it is closed, in each of the ways', () => {
    const accounts = open();
    const token = signIn(accounts);
    accounts.closeSession(token);
    assert.equal(accounts.findByToken(token), undefined);

    const account = accounts.findByEmail('jane@example.com')!;
    const second = accounts.openSession(account)!;
    assert.ok(accounts.findByToken(second));
    accounts.setPassword(account.id, 'another');
    assert.equal(accounts.findByToken(second), undefined);

    const third = accounts.openSession({ ...account, password: 'another' })!;
    assert.ok(accounts.findByToken(third));
    accounts.remove(account.id);
    assert.equal(accounts.findByToken(third), undefined);
  });

  it('learns in a moment of sessions that another process ends', async () => {
    const accounts = open();
    const token = signIn(accounts);
    const other = open();

    other.remove(other.findByEmail('jane@example.com')!.id);

    await until('the end of the session', () => accounts.findByToken(token) === undefined);
  });
});
