import assert from 'node:assert/strict';
import { accountId, accountOfId, isSameEmail } from '../../../../src/core/accounts/account';

describe('account ids', () => {
  it('tell e-mail and instance', () => {
    const id = accountId('"ann smith"@example.com', 'http://127.0.0.1:1/');

    assert.deepEqual(accountOfId(id), {
      id,
      email: '"ann smith"@example.com',
      instance: 'http://127.0.0.1:1/',
    });
  });

  it('are no other texts', () => {
    for (const text of ['', 'ann', ' x', 'ann ']) {
      assert.equal(accountOfId(text), undefined);
    }
  });
});

describe('isSameEmail', () => {
  it('does not care for case', () => {
    assert.ok(isSameEmail('Ann@Example.com', ' ann@example.com'));
    assert.ok(!isSameEmail('ann@example.com', 'ann@example.org'));
  });
});
