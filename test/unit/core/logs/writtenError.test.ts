import assert from 'node:assert/strict';
import { findStartupError } from '../../../../src/core/logs/startupError';
import { iso, raw, referenceError } from './entries';

describe('findStartupError, of what was written down', () => {
  it('finds a plain error that was written down before the process ended', () => {
    const written = `Error: no database
    at connect (/app/database.js:4:9)
    at /app/index.js:9:3`;

    assert.deepEqual(findStartupError(raw(`starting\n${written}`)), {
      message: 'Error: no database',
      stack: ['at connect (/app/database.js:4:9)', 'at /app/index.js:9:3'],
      count: 1,
      at: iso(1),
    });
    assert.equal(findStartupError(raw(`Uncaught ${written}`))?.stack.length, 2);
    assert.equal(findStartupError(raw('Error: told without a stack')), undefined);
  });

  it('finds one behind the words of whoever wrote it down, where its stack follows at once', () => {
    const frame = '    at connect (/app/database.js:4:9)';
    const told = findStartupError(raw(`Cannot start: Error: no database\n${frame}`));

    assert.equal(told?.message, 'Cannot start: Error: no database');
    assert.deepEqual(told.stack, ['at connect (/app/database.js:4:9)']);
    assert.equal(findStartupError(raw(`after Error: late\nanother line\n${frame}`)), undefined);
  });

  it('keeps the values of an assertion, thrown or written down', () => {
    const assertion = `AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

1 !== 2

    at Object.<anonymous> (/app/index.js:1:26)`;
    const message =
      'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n\n1 !== 2';

    assert.equal(findStartupError(raw(assertion))?.message, message);
    const uncaught = `/app/index.js:1\nassert.equal(1, 2)\n^\n\n${assertion}`;
    assert.equal(findStartupError(raw(uncaught))?.message, message);
  });

  it('keeps so much of a long message as a person reads', () => {
    const many = Array.from({ length: 60 }, (_value, index) => `+ line ${index}`).join('\n');
    const long = findStartupError(raw(`Error: not equal\n${many}\n    at /app/index.js:1:1`));
    const wide = findStartupError(raw(`Error: ${'x'.repeat(9_000)}\n    at /app/index.js:1:1`));

    assert.match(long?.message ?? '', /^Error: not equal\n\+ line 0\n[^]*\+ line 18\n…$/);
    assert.deepEqual(long?.stack, ['at /app/index.js:1:1']);
    assert.equal(wide?.message.length, 2_001);
    assert.ok(wide.message.endsWith('x…'));
  });

  it('prefers the error that ended the process to one that was written down before', () => {
    const written = `could not warm the cache
TypeError: x is undefined
    at warm (/app/cache.js:9:1)`;

    assert.equal(
      findStartupError(raw(`${written}\n${referenceError}`))?.message,
      'ReferenceError: foo is not defined',
    );
    assert.deepEqual(findStartupError(raw(written)), {
      message: 'TypeError: x is undefined',
      stack: ['at warm (/app/cache.js:9:1)'],
      count: 1,
      at: iso(1),
    });
  });
});
