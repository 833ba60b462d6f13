import assert from 'node:assert/strict';
import { findStartupError } from '../../../../src/core/logs/startupError';
import { iso, raw } from './entries';

describe('findStartupError, of an installation', () => {
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
});
