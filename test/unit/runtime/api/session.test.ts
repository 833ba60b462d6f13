import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startInProcess, type InProcessRuntime } from '../../../support/inProcessRuntime';
import { RuntimeClient } from '../../../support/runtimeClient';
import { owner } from '../../../support/runtimeProcess';
import { until } from '../../../support/until';

function post({ url }: InProcessRuntime, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${url}session`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('POST session', () => {
  let runtime: InProcessRuntime;

  beforeEach(async () => {
    runtime = await startInProcess({}, { FLEX_RUNTIME_SIGN_IN_ATTEMPTS: '2' });
  });

  afterEach(() => runtime.close());

  it('tells in the form of the contract, and with Retry-After, that there were too many', async () => {
    const wrong = { ...owner, password: 'wrong' };
    assert.deepEqual(
      [(await post(runtime, wrong)).status, (await post(runtime, wrong)).status],
      [401, 401],
    );

    const refused = await post(runtime, owner);

    assert.equal(refused.status, 429);
    assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
    assert.deepEqual(await refused.json(), {
      code: 'TooManyAttempts',
      description: 'Too many failed attempts to sign in. Try again in 15 minutes.',
    });
  });

  it('refuses passwords and codes of a size that nobody has', async () => {
    for (const more of [{ password: 'x'.repeat(1_025) }, { twoFactorToken: '1'.repeat(17) }]) {
      assert.equal((await post(runtime, { ...owner, ...more })).status, 422);
    }
  });
});

describe('sessions', () => {
  let runtime: InProcessRuntime;

  afterEach(() => runtime.close());

  const answerTo = async (body: object) => {
    const response = await post(runtime, body);
    return { status: response.status, body: (await response.json()) as object };
  };

  it('are opened with a token of their own each, and closed alone', async () => {
    runtime = await startInProcess();
    const one = await RuntimeClient.signIn(runtime.url);
    const two = await RuntimeClient.signIn(runtime.url);

    assert.notEqual(one.token, two.token);
    assert.equal((await one.send('DELETE', 'session')).status, 204);
    assert.equal((await one.send('GET', 'v4/user')).status, 401);
    const { body } = await two.send('GET', 'v4/user');
    assert.deepEqual(body, { email: owner.email, firstName: 'Jane', lastName: 'Doe' });
  });

  it('are refused with the wrong password or an unknown e-mail in the same words', async () => {
    runtime = await startInProcess();
    const refusal = {
      status: 401,
      body: { code: 'InvalidCredentials', description: 'Invalid e-mail and/or password.' },
    };

    assert.deepEqual(await answerTo({ ...owner, password: 'x' }), refusal);
    assert.deepEqual(await answerTo({ ...owner, email: 'x@example.com' }), refusal);
  });

  it('name the fields that are missing', async () => {
    runtime = await startInProcess();

    assert.deepEqual(await answerTo({ email: owner.email }), {
      status: 422,
      body: {
        code: 'ValidationError',
        description: 'Validation failed.',
        errors: [{ field: 'password', message: 'password is required.' }],
      },
    });
  });

  it('expire, in the very words that the CLI compares', async () => {
    runtime = await startInProcess({}, { FLEX_RUNTIME_TOKEN_SECONDS: '0.001' });
    const client = await RuntimeClient.signIn(runtime.url);

    const answer = await until('the expiry', async () => {
      const { status, body } = await client.send('GET', 'v4/organizations');
      return status === 401 && body;
    });
    assert.deepEqual(answer, {
      code: 'InvalidCredentials',
      description: 'Authorization token invalid or expired.',
    });
  });

  it('are never kept in clear text', async () => {
    runtime = await startInProcess();
    const { token } = await RuntimeClient.signIn(runtime.url);

    const files = readdirSync(runtime.folder).filter((name) => name.startsWith('runtime.db'));
    const bytes = Buffer.concat(files.map((name) => readFileSync(path.join(runtime.folder, name))));
    assert.equal(bytes.includes(token), false);
    assert.equal(bytes.includes(owner.password), false);
  });
});
