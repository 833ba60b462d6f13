import assert from 'node:assert/strict';
import type { LogEntry } from '../../../../src/core/kinvey/apiTypes';
import { findStartupError } from '../../../../src/core/logs/startupError';

const start = Date.parse('2026-01-02T03:04:05.000Z');
const iso = (ms: number) => new Date(start + ms).toISOString();

/** Each line of a process' output an entry of its own, as the runtime of an instance takes them. */
function raw(output: string, { container = 'c1', at = 0 } = {}): LogEntry[] {
  return output.split('\n').map((message, index) => ({
    _id: `${container} ${at} ${index}`,
    containerId: container,
    timestamp: iso(at + index),
    threshold: null,
    message,
  }));
}

function logged(threshold: string, message: unknown, at = 0): LogEntry {
  const _id = `${threshold} ${at}`;
  return { _id, containerId: 'c1', timestamp: iso(at), threshold, message };
}

const referenceError = `/app/handlers/orders.js:3
  return foo.bar(x);
  ^

ReferenceError: foo is not defined
    at boot (/app/handlers/orders.js:3:3)
    at Object.<anonymous> (/app/index.js:5:1)
    at Module._compile (node:internal/modules/cjs/loader:1929:14)
    at Object..js (node:internal/modules/cjs/loader:2060:10)
    at node:internal/main/run_main_module:33:47

Node.js v24.21.0`;

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

  it('finds a process that ran out of memory', () => {
    const found = findStartupError(
      raw('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'),
    );

    assert.match(found?.message ?? '', /^Reached heap limit/);
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

  it('finds what npm could not install, whichever way npm says it', () => {
    for (const prefix of ['npm ERR!', 'npm error']) {
      const block = `npm warn deprecated x@1.0.0
${prefix} code ETARGET
${prefix} notarget No matching version found for lodash@99.0.0.
${prefix} notarget In most cases you or one of your dependencies are requesting a package version that doesn't exist.
${prefix} A complete log of this run can be found in: /home/ann/.npm/_logs/x.log`;

      const found = findStartupError([...raw(block), ...raw(block, { at: 1_000 })]);

      assert.deepEqual(found, {
        message: 'npm install failed (ETARGET): No matching version found for lodash@99.0.0.',
        stack: [
          "In most cases you or one of your dependencies are requesting a package version that doesn't exist.",
        ],
        count: 2,
        at: iso(1),
      });
    }
  });

  it('leaves out of an npm error what tells nothing', () => {
    const found = findStartupError(
      raw(`npm error code E404
npm error 404 Not Found - GET https://packages.example/nope
npm error 404
npm error 404  The requested resource 'nope@1.0.0' could not be found.
npm error A complete log of this run can be found in: x`),
    );

    assert.equal(
      found?.message,
      'npm install failed (E404): Not Found - GET https://packages.example/nope',
    );
    assert.deepEqual(found.stack, ["The requested resource 'nope@1.0.0' could not be found."]);
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
