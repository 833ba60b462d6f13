import assert from 'node:assert/strict';
import { networkOf } from '../../../../src/runtime/accounts/network';

describe('networkOf', () => {
  it('takes an IPv4 address as it is, also inside an IPv6 one', () => {
    assert.equal(networkOf('192.0.2.7'), '192.0.2.7');
    assert.equal(networkOf('::ffff:192.0.2.7'), '192.0.2.7');
  });

  it('takes the first half of an IPv6 address', () => {
    const home = '2001:db8:1:2::/64';

    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), home);
    assert.equal(networkOf('2001:db8:1:2::6'), home);
    assert.equal(networkOf('::1'), '0:0:0:0::/64');
    assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
  });
});
