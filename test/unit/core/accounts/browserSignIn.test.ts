import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import { accountId } from '../../../../src/core/accounts/account';
import { AccountStore } from '../../../../src/core/accounts/accountStore';
import { BrowserSignIn } from '../../../../src/core/accounts/browserSignIn';
import { Authenticator } from '../../../../src/core/accounts/signIn';
import type { SignInProvider } from '../../../../src/core/accounts/signInProviders';
import type { Log } from '../../../../src/core/base/log';
import { findFreePort } from '../../../../src/core/base/freePort';
import { MemorySecretStore } from '../../../support/memorySecretStore';
import { json, ScriptedServer, text } from '../../../support/scriptedServer';
import { createTestApi } from '../../../support/testApi';

const email = 'ann@example.com';
const okta: SignInProvider = { id: 'okta/1', name: 'Okta', kind: 'browser' };

describe('BrowserSignIn', () => {
  let server: ScriptedServer;
  let secrets: MemorySecretStore;
  let accounts: AccountStore;
  let authenticator: Authenticator;
  let port: number;
  let logged: string;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    server.on('GET v4/user', json(200, { email })).on('DELETE session', text(204));
    secrets = new MemorySecretStore();
    logged = '';
    const note = (...parts: unknown[]) => (logged += JSON.stringify(parts));
    const log: Log = { debug: note, info: note, warn: note, error: note };
    accounts = new AccountStore(secrets, log);
    authenticator = new Authenticator(accounts, createTestApi, log);
    port = await findFreePort();
  });

  afterEach(async () => {
    accounts.dispose();
    await server.close();
  });

  /** `visit` does what the person does on the page that was opened. */
  const run = (
    visit: (page: string) => Promise<void> | void,
    { signal, timeoutMs }: { signal?: AbortSignal; timeoutMs?: number } = {},
  ) =>
    new BrowserSignIn(authenticator, port, timeoutMs).run(
      {
        instance: server.url,
        provider: okta,
        browser: {
          reach: (url) => Promise.resolve(url),
          open: async (url) => {
            await visit(url);
          },
        },
      },
      signal,
    );
  const calls = () =>
    server.requests.map(({ method, path, headers }) => {
      return `${method} ${path} ${headers.authorization ?? '-'}`;
    });
  const isFree = async () => {
    const probe = net.createServer().listen(port, '127.0.0.1');
    await once(probe, 'listening');
    await new Promise((resolve) => probe.close(resolve));
    return true;
  };

  it('opens the page of the contract, and keeps the session of whom the instance names', async () => {
    let opened = '';
    const account = await run((page) => {
      opened = page;
      void fetch(`http://localhost:${port}/?session=t1`);
    });

    assert.equal(
      opened,
      `${server.url}v4/identity-providers/okta%2F1/authenticate?redirect=http://localhost:${port}/`,
    );
    assert.deepEqual(account, { id: accountId(email, server.url), email, instance: server.url });
    assert.equal(await accounts.token(account.id), 't1');
    assert.deepEqual(calls(), ['GET v4/user Kinvey t1']);
    assert.ok(await isFree());
    assert.doesNotMatch(logged, /t1/);
  });

  it('shows a last page whose address is free of the session', async () => {
    let shown: Promise<Response> | undefined;
    await run(() => {
      shown = fetch(`http://127.0.0.1:${port}/?session=t1`);
    });

    const page = await shown;
    assert.equal(page?.status, 200);
    assert.equal(page.url, `http://127.0.0.1:${port}/signed-in`);
    assert.match(await page.text(), /You may close this window/);
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  });

  it('ends the older session of the account', async () => {
    await run(() => void fetch(`http://localhost:${port}/?session=t1`));
    const account = await run(() => void fetch(`http://localhost:${port}/?session=t2`));

    assert.equal(await accounts.token(account.id), 't2');
    assert.equal(calls().at(-1), 'DELETE session Kinvey t1');
  });

  it('takes nothing but a session, under a name of this machine', async () => {
    const statuses: number[] = [];
    const account = await run(async () => {
      for (const path of ['', '?session=', '?session=a%0d%0ab', 'favicon.ico', 'x?session=t0']) {
        statuses.push((await fetch(`http://localhost:${port}/${path}`)).status);
      }
      const foreign = net.connect(port, '127.0.0.1');
      foreign.write('GET /?session=t0 HTTP/1.1\r\nHost: evil.example\r\n\r\n');
      const [chunk] = (await once(foreign, 'data')) as [Buffer];
      foreign.destroy();
      statuses.push(Number(/^HTTP\/1\.1 (\d+)/.exec(chunk.toString())?.[1]));
      const posted = await fetch(`http://localhost:${port}/?session=t0`, { method: 'POST' });
      statuses.push(posted.status);
      void fetch(`http://localhost:${port}/?session=t1`);
    });

    assert.deepEqual(statuses, [404, 404, 404, 404, 404, 403, 403]);
    assert.equal(await accounts.token(account.id), 't1');
  });

  it('says which process has its port', async () => {
    const blocker = net.createServer().listen(port, '127.0.0.1');
    await once(blocker, 'listening');
    let opened = false;

    await assert.rejects(
      run(() => {
        opened = true;
      }),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'portTaken');
        assert.match(error.message, new RegExp(`needs port ${port}, which .+ has\\. End that`));
        return true;
      },
    );

    assert.equal(opened, false);
    blocker.close();
  });

  it('can be cancelled while it waits, and leaves the port', async () => {
    const abort = new AbortController();

    await assert.rejects(
      run(() => abort.abort(), { signal: abort.signal }),
      { code: 'cancelled' },
    );

    assert.ok(await isFree());
    assert.deepEqual(await accounts.list(), []);
  });

  it('ends a session that came when it was too late', async () => {
    const abort = new AbortController();
    server.on('GET v4/user', (request, response) => {
      abort.abort();
      return json(200, { email })(request, response);
    });

    await assert.rejects(
      run(() => void fetch(`http://localhost:${port}/?session=t1`), { signal: abort.signal }),
      { code: 'cancelled' },
    );

    assert.deepEqual(calls(), ['GET v4/user Kinvey t1', 'DELETE session Kinvey t1']);
    assert.deepEqual(await accounts.list(), []);
  });

  it('gives up when nobody comes', async () => {
    await assert.rejects(
      run(() => undefined, { timeoutMs: 20 }),
      { code: 'timedOut' },
    );

    assert.ok(await isFree());
  });

  it('keeps no session that the instance does not know', async () => {
    server.on('GET v4/user', json(401, { code: 'InvalidCredentials', description: 'No t1.' }));

    await assert.rejects(
      run(() => void fetch(`http://localhost:${port}/?session=t1`)),
      { code: 'sessionExpired' },
    );

    assert.deepEqual(await accounts.list(), []);
    assert.doesNotMatch(logged, /t1/);
  });
});
