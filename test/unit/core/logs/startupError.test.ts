import assert from 'node:assert/strict';
import { findStartupError } from '../../../../src/core/logs/startupError';
import { iso, logged, raw, referenceError } from './entries';

const moduleNotFound = `node:internal/modules/cjs/loader:1568
  throw err;
  ^

Error: Cannot find module 'lodash-nope'
Require stack:
- /app/sub/thing.js
- /app/index.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1564:15)
    at require (node:internal/modules/helpers:157:16)
    at Object.<anonymous> (/app/sub/thing.js:1:1)
    at Module._compile (node:internal/modules/cjs/loader:1929:14) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/app/sub/thing.js', '/app/index.js' ]
}

Node.js v24.21.0`;

describe('findStartupError', () => {
  it('finds nothing where nothing failed', () => {
    assert.equal(findStartupError([]), undefined);
    assert.equal(
      findStartupError([
        ...raw('Service listening on 10001\nlistening at http://localhost:10001'),
        logged('error', 'no orders today'),
      ]),
      undefined,
    );
  });

  it('finds an uncaught error whose lines are entries of their own, each replica trying 30 times', () => {
    const entries = Array.from({ length: 30 }, (_value, round) =>
      raw(referenceError, { container: `c${round % 2}`, at: round * 1_000 }),
    ).flat();

    assert.deepEqual(findStartupError(entries), {
      message: 'ReferenceError: foo is not defined',
      stack: ['at boot (/app/handlers/orders.js:3:3)', 'at Object.<anonymous> (/app/index.js:5:1)'],
      count: 30,
      at: iso(4),
    });
  });

  it('finds it in one entry of many lines, in any order of entries', () => {
    const whole = { ...raw('')[0]!, message: referenceError };

    assert.equal(findStartupError([whole])?.message, 'ReferenceError: foo is not defined');
    assert.equal(
      findStartupError(raw(referenceError).reverse())?.message,
      'ReferenceError: foo is not defined',
    );
  });

  it('keeps the lines of two containers apart', () => {
    const mixed = raw(referenceError).flatMap((entry, index) => [
      entry,
      raw(moduleNotFound, { container: 'c2' })[index]!,
    ]);

    const found = findStartupError(mixed);

    assert.equal(found?.message, 'ReferenceError: foo is not defined');
    assert.equal(found.stack.length, 2);
    assert.equal(found.count, 1);
  });

  it('finds a missing module behind the require stack', () => {
    assert.deepEqual(findStartupError(raw(moduleNotFound)), {
      message: "Error: Cannot find module 'lodash-nope'",
      stack: ['at Object.<anonymous> (/app/sub/thing.js:1:1)'],
      count: 1,
      at: iso(4),
    });
  });

  it('names the place of a syntax error, which no frame names', () => {
    const found = findStartupError(
      raw(`/app/index.js:7
const a = ;
          ^

SyntaxError: Unexpected token ';'
    at wrapSafe (node:internal/modules/cjs/loader:1861:18)
    at node:internal/main/run_main_module:33:47

Node.js v24.21.0`),
    );

    assert.equal(found?.message, "SyntaxError: Unexpected token ';'");
    assert.deepEqual(found.stack, ['at /app/index.js:7']);
  });

  it('finds the port that is taken and ends before the emitting stack', () => {
    const found = findStartupError(
      raw(`node:events:505
    throw er; // Unhandled 'error' event
    ^

Error: listen EADDRINUSE: address already in use :::10001
    at Server.setupListenHandle [as _listen2] (node:net:2328:16)
    at Server.<anonymous> (/app/node_modules/kinvey-flex-sdk/lib/flex.js:1:77)
Emitted 'error' event on Server instance at:
    at emitErrorNT (node:net:2416:8) {
  code: 'EADDRINUSE'
}`),
    );

    assert.equal(found?.message, 'Error: listen EADDRINUSE: address already in use :::10001');
    assert.deepEqual(found.stack, [
      'at Server.<anonymous> (/app/node_modules/kinvey-flex-sdk/lib/flex.js:1:77)',
    ]);
  });

  it('reads the stacks of old Node.js versions', () => {
    const found = findStartupError(
      raw(`module.js:471
    throw err;
    ^

Error: Cannot find module './gone'
    at Function.Module._resolveFilename (module.js:469:15)
    at Object.<anonymous> (/app/index.js:1:1)
    at bootstrap_node.js:509:3`),
    );

    assert.deepEqual(found?.stack, ['at Object.<anonymous> (/app/index.js:1:1)']);
  });

  it('finds a message of several lines, and what is thrown without being an error', () => {
    const several = findStartupError(
      raw(`/app/index.js:1
throw e
^

MyError [Error]: first line
second line
    at Object.<anonymous> (/app/index.js:1:38) {
  code: 'EX'
}`),
    );
    const plain = findStartupError(
      raw(`
/app/index.js:1
throw "no configuration"
^
no configuration
(Use \`node --trace-uncaught ...\` to show where the exception was thrown)

Node.js v24.21.0`),
    );

    assert.equal(several?.message, 'MyError [Error]: first line\nsecond line');
    assert.deepEqual(several.stack, ['at Object.<anonymous> (/app/index.js:1:38)']);
    assert.equal(plain?.message, 'no configuration');
    assert.deepEqual(plain.stack, ['at /app/index.js:1']);
  });

  it('finds a process that ran out of memory', () => {
    const found = findStartupError(
      raw('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'),
    );

    assert.match(found?.message ?? '', /^Reached heap limit/);
  });

  it('falls back to what the service logged as fatal', () => {
    const entries = [logged('error', 'hm', 0), logged('fatal', 'No database.\nBye.', 1)];

    assert.deepEqual(findStartupError(entries), {
      message: 'No database.',
      stack: [],
      count: 1,
      at: iso(1),
    });
  });
});
