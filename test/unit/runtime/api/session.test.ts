import assert from 'node:assert/strict';
import { startInProcess, type InProcessRuntime } from '../../../support/inProcessRuntime';
import { owner } from '../../../support/runtimeProcess';

describe('POST session', () => {
  let runtime: InProcessRuntime;

  beforeEach(async () => {
    runtime = await startInProcess({}, { FLEX_RUNTIME_SIGN_IN_ATTEMPTS: '2' });
  });

  afterEach(() => runtime.close());

  const post = (body: object) => {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${runtime.url}session`, { method: 'POST', headers, body: JSON.stringify(body) });
  };

  it('tells in the form of the contract, and with Retry-After, that there were too many', async () => {
    const wrong = { ...owner, password: 'wrong' };
    assert.deepEqual([(await post(wrong)).status, (await post(wrong)).status], [401, 401]);

    const refused = await post(owner);

    assert.equal(refused.status, 429);
    assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
    assert.deepEqual(await refused.json(), {
      code: 'TooManyAttempts',
      description: 'Too many failed attempts to sign in. Try again in 15 minutes.',
    });
  });

  it('refuses passwords and codes of a size that nobody has', async () => {
    for (const more of [{ password: 'x'.repeat(1_025) }, { twoFactorToken: '1'.repeat(17) }]) {
      assert.equal((await post({ ...owner, ...more })).status, 422);
    }
  });
});
