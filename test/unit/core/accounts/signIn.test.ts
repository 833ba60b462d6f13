import assert from 'node:assert/strict';
import { accountId } from '../../../../src/core/accounts/account';
import { AccountStore } from '../../../../src/core/accounts/accountStore';
import { Authenticator } from '../../../../src/core/accounts/signIn';
import { isAppError } from '../../../../src/core/base/errors';
import { silentLog } from '../../../../src/core/base/log';
import { MemorySecretStore } from '../../../support/memorySecretStore';
import { cut, json, ScriptedServer, text } from '../../../support/scriptedServer';
import { createTestApi } from '../../../support/testApi';

describe('Authenticator', () => {
  let server: ScriptedServer;
  let secrets: MemorySecretStore;
  let accounts: AccountStore;
  let authenticator: Authenticator;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    secrets = new MemorySecretStore();
    accounts = new AccountStore(secrets, silentLog);
    authenticator = new Authenticator(accounts, createTestApi, silentLog);
  });

  afterEach(async () => {
    accounts.dispose();
    await server.close();
  });

  const email = 'ann@example.com';
  const answer = (token: string) => json(200, { email, token });
  const request = () => ({ instance: server.url, email, password: 'geheim' });
  const calls = () =>
    server.requests.map(({ method, headers }) => `${method} ${headers.authorization ?? '-'}`);

  it('keeps the session of the e-mail that the server tells', async () => {
    server.on('POST session', json(200, { email: 'Ann@Example.com', token: 't1' }));

    const account = await authenticator.signIn({
      ...request(),
      instance: server.url.slice(0, -1),
    });

    assert.deepEqual(account, {
      id: accountId('Ann@Example.com', server.url),
      email: 'Ann@Example.com',
      instance: server.url,
    });
    assert.equal(await accounts.token(account.id), 't1');
    assert.equal(server.requests[0]?.body, `{"email":"${email}","password":"geheim"}`);
    assert.ok(![...secrets.secrets.values()].join().includes('geheim'));
  });

  it('sends a two-factor token as text', async () => {
    server.on('POST session', answer('t1'));

    await authenticator.signIn({ ...request(), twoFactorToken: '012345' });

    assert.ok(server.requests[0]?.body.endsWith('"twoFactorToken":"012345"}'));
  });

  it('signs nobody in who cancels while the answer is on its way, and ends the session', async () => {
    server.on('POST session', answer('t1'));
    server.on('DELETE session', text(204, ''));
    const abort = new AbortController();
    const get = secrets.get.bind(secrets);
    secrets.get = (key) => {
      // The answer is there, but nothing is kept yet.
      abort.abort();
      return get(key);
    };

    await assert.rejects(authenticator.signIn(request(), abort.signal), (error) =>
      isAppError(error, 'cancelled'),
    );

    assert.deepEqual(await accounts.list(), []);
    assert.deepEqual(calls(), ['POST -', 'DELETE Kinvey t1']);
  });

  it('ends the older session after the new one has begun', async () => {
    server.on('POST session', answer('t1'), answer('t2')).on('DELETE session', text(204));

    await authenticator.signIn(request());
    const account = await authenticator.signIn(request());

    assert.deepEqual(calls(), ['POST -', 'POST -', 'DELETE Kinvey t1']);
    assert.equal(await accounts.token(account.id), 't2');
  });

  it('is signed in also when the older session cannot be ended', async () => {
    server.on('POST session', answer('t1'), answer('t2')).on('DELETE session', cut);

    await authenticator.signIn(request());
    const account = await authenticator.signIn(request());

    assert.equal(await accounts.token(account.id), 't2');
  });

  it('leaves an older session as it is when the password is wrong', async () => {
    server.on('POST session', answer('t1'), json(401, { code: 'InvalidCredentials' }));
    const account = await authenticator.signIn(request());

    await assert.rejects(authenticator.signIn(request()), { code: 'badCredentials' });

    assert.equal(await accounts.token(account.id), 't1');
    assert.equal(server.count('DELETE session'), 0);
  });

  it('leaves no session open that it cannot keep', async () => {
    server.on('POST session', answer('t1')).on('DELETE session', text(204));
    secrets.set = () => Promise.reject(new Error('The keychain is locked.'));

    await assert.rejects(authenticator.signIn(request()), { message: 'The keychain is locked.' });

    assert.deepEqual(calls(), ['POST -', 'DELETE Kinvey t1']);
  });

  it('signs out at the server and here', async () => {
    server.on('POST session', answer('t1')).on('DELETE session', text(204));
    const { id } = await authenticator.signIn(request());

    await authenticator.signOut(id);

    assert.deepEqual(calls(), ['POST -', 'DELETE Kinvey t1']);
    assert.deepEqual(await accounts.list(), []);
  });

  it('signs out here also when the server refuses or is gone', async () => {
    server.on('POST session', answer('t1')).on('DELETE session', text(401));
    await authenticator.signOut((await authenticator.signIn(request())).id);
    assert.deepEqual(await accounts.list(), []);

    const { id } = await authenticator.signIn(request());
    await server.close();
    await authenticator.signOut(id);
    assert.deepEqual(await accounts.list(), []);

    server = await ScriptedServer.start();
  });

  it('does not mind signing out an account that is not there', async () => {
    await authenticator.signOut(accountId(email, server.url));

    assert.equal(server.requests.length, 0);
  });
});
