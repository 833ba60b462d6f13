import assert from 'node:assert/strict';
import { readRedirect } from '../../../../src/runtime/api/identityProviders';
import { startInProcess, type InProcessRuntime } from '../../../support/inProcessRuntime';
import { owner } from '../../../support/runtimeProcess';

describe('identity providers', () => {
  let runtime: InProcessRuntime;

  afterEach(() => runtime.close());

  it('are a feature that is off by default, in the code that kinvey-cli waits for', async () => {
    runtime = await startInProcess();

    const answer = await fetch(`${runtime.url}v4/identity-providers`);

    assert.equal(answer.status, 404);
    assert.equal(((await answer.json()) as { code: string }).code, 'FeatureFlagRequired');
  });

  describe('switched on', () => {
    let page: string;

    beforeEach(async () => {
      runtime = await startInProcess(
        { browserSignIn: true },
        { FLEX_RUNTIME_SIGN_IN_ATTEMPTS: '2' },
      );
      page = pageFor('http://localhost:6341/');
    });

    const pageFor = (redirect: string) =>
      `${runtime.url}v4/identity-providers/flexservice-runtime/authenticate?redirect=${redirect}`;
    const submit = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(page, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: new URL(runtime.url).origin, ...headers },
        body: new URLSearchParams(fields),
      });

    it('are the password and the browser, neither of which the CLI mistakes for the other', async () => {
      const answer = await fetch(`${runtime.url}v4/identity-providers`);

      assert.deepEqual(await answer.json(), [
        { _id: 'Kinvey', name: 'kinveyIdentity', enabled: true },
        { _id: 'flexservice-runtime', name: 'FlexService Runtime (browser)', enabled: true },
      ]);
    });

    it('show a page that needs no script and loads nothing', async () => {
      const answer = await fetch(page);
      const html = await answer.text();

      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.match(
        answer.headers.get('content-security-policy') ?? '',
        /^default-src 'none'; style-src 'sha256-\S+'; form-action 'self' http:\/\/localhost:6341; base-uri 'none'; frame-ancestors 'none'$/,
      );
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.match(html, /<form method="post">/);
      assert.doesNotMatch(html, /<script|src=|href=|style=/);
    });

    it('redirect with a session of the account', async () => {
      const answer = await submit(owner);

      assert.equal(answer.status, 302);
      const target = new URL(answer.headers.get('location') ?? '');
      const token = target.searchParams.get('session') ?? '';
      assert.equal(target.href, `http://localhost:6341/?session=${token}`);
      const headers = { authorization: `Kinvey ${token}` };
      const user = await fetch(`${runtime.url}v4/user`, { headers });
      assert.equal(((await user.json()) as { email: string }).email, owner.email);
    });

    it('say in the page what is wrong, with the e-mail still there and the password gone', async () => {
      const answer = await submit({ email: '"><b>@x', password: 'geheim' });
      const html = await answer.text();

      assert.equal(answer.status, 401);
      assert.match(
        html,
        /role="alert">Invalid e-mail and&#47;|role="alert">Invalid e-mail and\/or/,
      );
      assert.match(html, /value="&#34;&#62;&#60;b&#62;@x"/);
      assert.doesNotMatch(html, /geheim|<b>/);
    });

    it('count attempts together with the management API', async () => {
      await submit({ ...owner, password: 'wrong' });
      await submit({ ...owner, password: 'wrong' });

      const refused = await submit(owner);

      assert.equal(refused.status, 429);
      assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
      assert.match(await refused.text(), /role="alert">Too many failed attempts/);
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(owner);
      const session = await fetch(`${runtime.url}session`, { method: 'POST', headers, body });
      assert.equal(session.status, 429);
    });

    it('take no form from another page', async () => {
      const foreign: Record<string, string>[] = [
        { origin: 'http://evil.example' },
        { origin: 'http://127.0.0.1:1' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ];
      for (const headers of foreign) {
        const answer = await submit(owner, headers);
        assert.equal(answer.status, 403, JSON.stringify(headers));
        assert.match(await answer.text(), /was sent from another page/);
      }
      const silent = await fetch(page, { method: 'POST', body: new URLSearchParams(owner) });
      assert.equal(silent.status, 403);
    });

    it('send a session nowhere but to this machine', async () => {
      page = pageFor('http://evil.example/');

      const shown = await fetch(page);
      const submitted = await submit(owner);

      for (const answer of [shown, submitted]) {
        assert.equal(answer.status, 400);
        assert.equal(answer.headers.get('location'), null);
        const html = await answer.text();
        assert.match(html, /not on this machine/);
        assert.doesNotMatch(html, /<form|evil/);
      }
    });

    it('refuse bodies that are no form, or larger than any', async () => {
      assert.equal((await submit({ email: 'x'.repeat(9_000) })).status, 413);
      const headers = { 'content-type': 'application/json', origin: new URL(page).origin };
      const json = await fetch(page, { method: 'POST', headers, body: JSON.stringify(owner) });
      assert.equal(json.status, 401);
    });

    it('do not exist by any other name', async () => {
      const answer = await fetch(page.replace('flexservice-runtime', 'okta'));

      assert.equal(answer.status, 404);
      assert.equal(((await answer.json()) as { code: string }).code, 'IdentityProviderNotFound');
    });
  });
});

describe('readRedirect', () => {
  it('takes plain HTTP on loopback', () => {
    for (const text of ['http://localhost:6341/', 'http://127.0.0.1:1/x?y=1', 'http://127.1/']) {
      assert.equal(readRedirect(text)?.href, new URL(text).href);
    }
  });

  it('takes nothing else', () => {
    const refused = [
      undefined,
      '',
      '/',
      'localhost:6341',
      '//localhost/',
      'https://localhost:6341/',
      'javascript:alert(1)',
      'http://localhost.evil.example/',
      'http://localhost@evil.example/',
      'http://evil@localhost/',
      'http://127.0.0.1.evil.example/',
      'http://0.0.0.0/',
      'http://localhost/#x',
    ];
    for (const text of refused) {
      assert.equal(readRedirect(text), undefined, text);
    }
  });
});
