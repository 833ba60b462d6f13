import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { failureOf, run, runtime, signedIn } from './station';

const sessions = async () => vscode.authentication.getAccounts('flexservice.kinvey');

describe('accounts', () => {
  it('starts a runtime on this machine, and finds the same one again', async () => {
    const { url } = await runtime();

    const again = await run('flexservice.runtime.start');

    assert.equal(again.url, url);
    assert.ok(again.pid > 0);
    assert.ok((await fetch(new URL('healthcheck', url))).ok);
  });

  it('refuses a wrong password with a sentence', async () => {
    const { url, email } = await runtime();

    const failure = await failureOf(
      run('flexservice.accounts.signIn', { instance: url, email, password: 'wrong' }),
    );

    assert.equal(failure.code, 'badCredentials');
    assert.match(failure.message, /password/i);
  });

  it('says which instance is unreachable', async () => {
    const failure = await failureOf(
      run('flexservice.accounts.signIn', {
        instance: 'http://127.0.0.1:9/',
        email: 'ann@example.com',
        password: 'secret',
      }),
    );

    assert.equal(failure.code, 'unreachable');
    assert.match(failure.message, /127\.0\.0\.1:9/);
    assert.doesNotMatch(failure.message, /secret/);
  });

  it('signs in, and shows the account to VS Code', async () => {
    const { url, email } = await runtime();

    const account = await signedIn();

    assert.deepEqual(
      { email: account.email, instance: account.instance },
      { email, instance: url },
    );
    assert.deepEqual(
      (await sessions()).map(({ id }) => id),
      [account.id],
    );
  });

  it('signs in again without leaving a second account', async () => {
    await signedIn();
    await signedIn();

    assert.equal((await sessions()).length, 1);
  });

  it('signs out here and at the server', async () => {
    const account = await signedIn();
    const session = await vscode.authentication.getSession('flexservice.kinvey', [], {
      silent: true,
      account: { id: account.id, label: account.email },
    });

    assert.deepEqual(await run('flexservice.accounts.signOut', { account: account.id }), {
      signedOut: true,
    });

    assert.deepEqual(await sessions(), []);
    if (session) {
      const answer = await fetch(new URL('v4/user', account.instance), {
        headers: { authorization: `Kinvey ${session.accessToken}` },
      });
      assert.equal(answer.status, 401);
    }
  });

  it('tells a command that needs an account to sign in first', async () => {
    const failure = await failureOf(run('flexservice.services.create', { name: 'never' }));

    assert.equal(failure.code, 'notSignedIn');
  });
});
