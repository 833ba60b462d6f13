import assert from 'node:assert/strict';
import path from 'node:path';
import { isInside } from '../../../../src/core/base/isInside';

describe('isInside', () => {
  it('tells what is in a folder, however it is called', () => {
    for (const file of ['/a', '/a/', '/a/b/c.js', '/a/..x/b.js', '/a/..b', '/a/c/../b.js']) {
      assert.ok(isInside('/a', file, path.posix), file);
    }
    for (const file of ['/', '/b', '/ab/c.js', '/a/../b.js', '/..a']) {
      assert.ok(!isInside('/a', file, path.posix), file);
    }
  });

  it('knows the drives and shares of Windows', () => {
    for (const file of ['C:\\a', 'c:\\A\\b\\x.js', 'C:\\a\\..x\\b.js', 'C:/a/b.js']) {
      assert.ok(isInside('C:\\a', file, path.win32), file);
    }
    for (const file of ['D:\\b\\x.js', 'D:\\a\\x.js', '\\\\host\\a\\x.js', 'C:\\', 'C:\\ab']) {
      assert.ok(!isInside('C:\\a', file, path.win32), file);
    }
  });
});
