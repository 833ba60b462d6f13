// Mocha's reporter for every kind of test. The readable report goes to stdout or, where TEST_LOG is
// set, to that file: in an extension host console.log belongs to VS Code. The counts go to
// TEST_RESULT; that this file is missing is how a run that died half-way shows.
const { appendFileSync, writeFileSync } = require('node:fs');
const { format, stripVTControlCharacters } = require('node:util');
const { reporters, Runner } = require('mocha');

const { TEST_LOG: log, TEST_RESULT: result } = process.env;
if (log) {
  reporters.Base.consoleLog = (...args) =>
    appendFileSync(log, `${stripVTControlCharacters(format(...args))}\n`);
}

module.exports = class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) =>
      skipped.push({ title: test.fullTitle(), reason: reasonOf(test) }),
    );
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = runner.stats;
      if (result)
        writeFileSync(result, JSON.stringify({ passed: passes, failed: failures, skipped }));
    });
  }
};

/** What test/support/skip.ts noted at the test or at a suite around it. */
function reasonOf(test) {
  for (let at = test; at; at = at.parent) {
    if (at.skipReason) return at.skipReason;
  }
  return 'no reason given';
}
