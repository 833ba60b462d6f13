import assert from 'node:assert/strict';
import { segment } from '../../../../src/runtime/builds/segment';

describe('segment', () => {
  it('is an identifier as it is', () => {
    for (const identifier of ['0b3c-9', 'v1.2.3', '_x']) {
      assert.equal(segment(identifier), identifier);
    }
  });

  it('is nothing that leads elsewhere', () => {
    for (const odd of ['', '.', '..', '../x', 'a/b', 'a\\b', '/etc', 'C:', 'a\0b', '.hidden']) {
      assert.throws(() => segment(odd), /is no identifier/);
    }
  });
});
