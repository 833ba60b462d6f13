import assert from 'node:assert/strict';
import { wantsSecret } from '../../../../src/core/handlers/wantsSecret';

const answer = (status: number, body: unknown) => ({ status, body, headers: {}, durationMs: 1 });

describe('wantsSecret', () => {
  it('reads the refusal of data objects and the wrapped one of functions', () => {
    const error = { error: 'InvalidCredentials', description: '', debug: '' };

    assert.ok(wantsSecret(answer(401, error)));
    assert.ok(wantsSecret(answer(401, { request: {}, response: { body: error } })));
  });

  it('does not take a failed login of an auth handler, or another error, for it', () => {
    assert.ok(!wantsSecret(answer(401, { error: 'access_denied' })));
    assert.ok(!wantsSecret(answer(401, '<html>')));
    assert.ok(!wantsSecret(answer(403, { error: 'InvalidCredentials' })));
  });
});
