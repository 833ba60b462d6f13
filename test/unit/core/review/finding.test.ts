import assert from 'node:assert/strict';
import { isSameFinding, type Finding } from '../../../../src/core/review/finding';

describe('isSameFinding', () => {
  const found = (more: Partial<Finding> = {}): Finding => {
    const { line = 3 } = more;
    const message = `index.js, line ${line}, requires "left-out", which is not there.`;
    const file = '/shop/index.js';
    return { severity: 'error', code: 'packageMissing', message, file, line, ...more };
  };

  it('takes no other line for another finding', () => {
    assert.ok(isSameFinding(found(), found({ line: 4 })));
  });

  it('tells findings apart by what they say, of what and of which file', () => {
    for (const other of [
      found({ message: 'index.js, line 3, requires "other", which is not there.' }),
      found({ code: 'fileMissing' }),
      found({ file: '/shop/lib/index.js' }),
    ]) {
      assert.ok(!isSameFinding(found(), other));
    }
  });

  it('knows a secret by its own mark', () => {
    const secret = found({ leak: 'a' });

    assert.ok(isSameFinding(secret, found({ leak: 'a', message: 'elsewhere' })));
    assert.ok(!isSameFinding(secret, found({ leak: 'b' })));
    assert.ok(!isSameFinding(secret, found()));
  });
});
