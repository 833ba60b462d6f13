import assert from 'node:assert/strict';
import { createTwoFactor, stepOfCode } from '../../../../src/runtime/accounts/twoFactor';

/** The secret of RFC 6238's appendix B, '12345678901234567890', in base32. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('two-factor codes', () => {
  it('are those of RFC 6238', () => {
    // The RFC lists eight digits; the last six of them are the code of six digits.
    assert.equal(stepOfCode(rfcSecret, '287082', 59_000), 1);
    assert.equal(stepOfCode(rfcSecret, '081804', 1_111_111_109_000), 37_037_036);
    assert.equal(stepOfCode(rfcSecret, '353130', 20_000_000_000_000), 666_666_666);
  });

  it('are taken one step early or late, and not two', () => {
    const at = (seconds: number) => stepOfCode(rfcSecret, '287082', seconds * 1_000);

    assert.deepEqual([0, 30, 89, 90].map(at), [1, 1, 1, undefined]);
    assert.equal(stepOfCode(rfcSecret, '081804', 1_111_111_040_000), undefined);
  });

  it('have exactly six digits', () => {
    for (const code of ['', '94287082', '28708', 'abcdef', '28708２']) {
      assert.equal(stepOfCode(rfcSecret, code, 59_000), undefined, code);
    }
  });

  it('come of a secret of their own for every account, as apps read it', () => {
    const { secret, uri } = createTwoFactor('ann+1@example.com');

    assert.notEqual(createTwoFactor('ann+1@example.com').secret, secret);
    const { protocol, host, pathname, searchParams } = new URL(uri);
    assert.deepEqual([protocol, host], ['otpauth:', 'totp']);
    assert.equal(decodeURIComponent(pathname), '/FlexService Runtime:ann+1@example.com');
    assert.equal(searchParams.get('secret'), secret);
    assert.match(secret, /^[A-Z2-7]{32}$/);
  });
});
