import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withPort } from '../../scripts/portLock.mjs';
import { AccountStore } from '../../src/core/accounts/accountStore';
import { BrowserSignIn } from '../../src/core/accounts/browserSignIn';
import { Authenticator } from '../../src/core/accounts/signIn';
import { findProvider } from '../../src/core/accounts/signInProviders';
import { silentLog } from '../../src/core/base/log';
import { findFreePort } from '../../src/core/base/freePort';
import { KinveyCli } from '../support/kinveyCli';
import { MemorySecretStore } from '../support/memorySecretStore';
import { owner } from '../support/runtimeProcess';
import { useRuntime } from '../support/runtimeStation';
import { signInByBrowser } from '../support/signInByBrowser';
import { useTempFolder } from '../support/tempFolder';
import { createTestApi } from '../support/testApi';
import { until } from '../support/until';

describe('browser sign-in at a runtime', () => {
  const station = useRuntime({ args: ['--browser-sign-in'] });
  const home = useTempFolder();
  let cli: KinveyCli;

  beforeEach(() => {
    cli = new KinveyCli(home(), home(), { environment: { BROWSER: fakeBrowser(home()) } });
  });

  const init = (...more: [string, string][]) =>
    cli.answer([['Profile name', 'dev'], ['Instance ID', station().runtime.url], ...more], 'init');
  const profile = () => {
    const text = readFileSync(path.join(home(), '.kinvey-cli'), 'utf8');
    return (JSON.parse(text) as { profiles: { dev: Record<string, unknown> } }).profiles.dev;
  };

  it('works for the extension', async () => {
    const accounts = new AccountStore(new MemorySecretStore(), silentLog);
    const authenticator = new Authenticator(accounts, createTestApi, silentLog);
    const providers = await authenticator.providers(station().runtime.url);
    let shown: Promise<{ text: string }> | undefined;

    const account = await new BrowserSignIn(authenticator, await findFreePort()).run({
      instance: station().runtime.url,
      provider: findProvider(providers, 'flexservice-runtime'),
      browser: {
        reach: (url) => Promise.resolve(url),
        open: (url) => {
          shown = signInByBrowser(url, owner);
          return Promise.resolve();
        },
      },
    });

    assert.deepEqual([account.email, account.instance], [owner.email, station().runtime.url]);
    assert.match((await shown)?.text ?? '', /You are signed in/);
    const api = createTestApi(station().runtime.url, await accounts.token(account.id));
    assert.equal((await api.getUser()).email, owner.email);
    accounts.dispose();
  });

  it('lets kinvey-cli init open the page, and keep the session and the e-mail that come of it', async () => {
    const { stdout, url, shown } = await withPort(6341, async () => {
      // The providers are sorted by name: the browser's comes first.
      const ended = init(['identity provider', '']);
      const url = await until('the browser', () => openedPage(home()));
      const shown = await signInByBrowser(url, owner);
      return { ...(await ended), url, shown };
    });

    assert.match(stdout, /Created profile: dev/);
    assert.equal(shown.status, 200);
    assert.equal(
      url,
      `${station().runtime.url}v4/identity-providers/flexservice-runtime/authenticate?redirect=http://localhost:6341/`,
    );
    const { email, identityProvider } = profile();
    assert.equal(email, owner.email);
    assert.deepEqual(identityProvider, {
      id: 'flexservice-runtime',
      name: 'FlexService Runtime (browser)',
    });
    assert.match((await cli.run('org', 'list')).stdout, /My Organization/);
  });

  it('still lets kinvey-cli init take e-mail and password', async () => {
    const down = '\u001b[B';
    const { stdout } = await init(
      ['identity provider', down],
      ['E-mail', owner.email],
      ['Password', owner.password],
    );

    assert.match(stdout, /Created profile: dev/);
    assert.deepEqual(profile().identityProvider, { id: 'Kinvey', name: 'Kinvey' });
  });
});

/** Writes down what it is told to open; the test does the rest. */
function fakeBrowser(folder: string): string {
  const script = path.join(folder, 'browser.sh');
  const file = path.join(folder, 'opened');
  writeFileSync(script, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${file}'\n`, { mode: 0o755 });
  return script;
}

function openedPage(folder: string): string | undefined {
  const [line, rest] = readFileSync(path.join(folder, 'opened'), 'utf8').split('\n');
  return rest === undefined ? undefined : line;
}
