import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { owner, startRuntime } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';
import { escapeFrom, failureOf, run, runtime, signedIn } from './station';

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

  it('keeps a second account, and says when its session has expired', async () => {
    await signedIn();
    const dataDirectory = createScratchFolder('second');
    const second = await startRuntime({ dataDirectory, env: { FLEX_RUNTIME_TOKEN_SECONDS: '1' } });
    const { account } = await run('flexservice.accounts.signIn', {
      instance: second.url,
      ...owner,
    });
    const create = () => run('flexservice.services.create', { account: account.id, name: 'x' });
    const accounts = await sessions();
    const asked = await escapeFrom(run('flexservice.services.create', { name: 'x' }));

    const failure = await until('the session to expire', () =>
      create().then(
        () => undefined,
        () => failureOf(create()),
      ),
    );

    await run('flexservice.accounts.signOut', { account: account.id });
    await second.stop();
    removeScratchFolder(dataDirectory);
    assert.equal(accounts.length, 2);
    assert.equal(asked.code, 'cancelled');
    assert.equal(failure.code, 'sessionExpired');
    assert.equal((await sessions()).length, 1);
  });

  it('signs out', async () => {
    const account = await signedIn();

    const result = await run('flexservice.accounts.signOut', { account: account.id });

    assert.deepEqual(result, { signedOut: true });
    assert.deepEqual(await sessions(), []);
  });

  it('tells a command that needs an account to sign in first', async () => {
    const failure = await failureOf(run('flexservice.services.create', { name: 'never' }));

    assert.equal(failure.code, 'notSignedIn');
  });
});
