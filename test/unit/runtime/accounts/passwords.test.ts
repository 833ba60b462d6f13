import assert from 'node:assert/strict';
import { hashPassword, verifyPassword } from '../../../../src/runtime/accounts/passwords';

describe('passwords', () => {
  it('are verified against their hash only', async () => {
    const hashed = await hashPassword('correct horse');

    assert.equal(await verifyPassword('correct horse', hashed), true);
    assert.equal(await verifyPassword('wrong horse', hashed), false);
    assert.equal(await verifyPassword('', undefined), false);
    assert.equal(await verifyPassword('', ''), false);
  });

  it('never look the same twice, and never like themselves', async () => {
    const [one, two] = await Promise.all([hashPassword('horse'), hashPassword('horse')]);

    assert.notEqual(one, two);
    assert.doesNotMatch(one, /horse/);
  });
});
