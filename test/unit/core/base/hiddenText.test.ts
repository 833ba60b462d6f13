import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { hideIn } from '../../../../src/core/base/hiddenText';

describe('hideIn', () => {
  it('hides the whole of secrets that hold or overlap each other, in any order', () => {
    const secrets = ['abcd', 'abcd-efgh-ijkl', 'ijkl-mnop', 'hidden'];

    for (const given of [secrets, secrets.toReversed()]) {
      assert.equal(hideIn('x abcd-efgh-ijkl y', given), 'x [hidden] y');
      assert.equal(
        hideIn('x abcd-efgh-ijkl-mnop y abcdabcd', given),
        'x [hidden] y [hidden][hidden]',
      );
    }
    assert.equal(hideIn('aaaaa abc', ['aaaa', 'abc', '']), '[hidden] abc');
  });

  it('hides them as JSON and the console write them', () => {
    const secret = 'say "friend" \\ and\nenter\tnow';

    assert.equal(hideIn(JSON.stringify({ secret }), [secret]), '{"secret":"[hidden]"}');
    assert.equal(hideIn(inspect({ secret }), [secret]), "{ secret: '[hidden]' }");
  });

  it('hides each line of one with several', () => {
    const key = '-----BEGIN KEY-----\r\n  MIIEvQIBADANBg\r\nkq\r\n-----END KEY-----\r\n';

    assert.equal(hideIn('bad line: MIIEvQIBADANBg (kq)', [key]), 'bad line: [hidden] (kq)');
    assert.equal(hideIn(`>${key}<`, [key]), '>[hidden]<');
  });
});
