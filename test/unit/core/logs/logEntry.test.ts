import assert from 'node:assert/strict';
import type { LogEntry } from '../../../../src/core/kinvey/apiTypes';
import { formatEntry } from '../../../../src/core/logs/logEntry';

describe('formatEntry', () => {
  // In whichever zone the test runs.
  const timestamp = new Date(2026, 0, 2, 3, 4, 5, 6).toISOString();
  const entry: LogEntry = {
    _id: '1',
    containerId: '0123456789abcdef',
    timestamp,
    threshold: 'error',
    message: 'went wrong',
  };

  it('shows local time, level, container and message', () => {
    assert.deepEqual(formatEntry(entry), [
      '2026-01-02 03:04:05.006 [error]   0123456789ab went wrong',
    ]);
  });

  it('puts the messages below one another, also without a level', () => {
    const lines = ['info', 'warning', null].flatMap((threshold) =>
      formatEntry({ ...entry, threshold }),
    );

    assert.deepEqual(lines, [
      '2026-01-02 03:04:05.006 [info]    0123456789ab went wrong',
      '2026-01-02 03:04:05.006 [warning] 0123456789ab went wrong',
      '2026-01-02 03:04:05.006           0123456789ab went wrong',
    ]);
  });

  it('gives each line of the message a line, indented', () => {
    const message = 'Error: bad\r\n    at x (y:1:2)\n\n    at z\n';

    assert.deepEqual(formatEntry({ ...entry, message }), [
      '2026-01-02 03:04:05.006 [error]   0123456789ab Error: bad',
      '                                                   at x (y:1:2)',
      '',
      '                                                   at z',
    ]);
  });

  it('shows objects as compact JSON and nothing for no message', () => {
    assert.match(formatEntry({ ...entry, message: { a: [1] } })[0]!, / \{"a":\[1\]\}$/);
    assert.match(formatEntry({ ...entry, message: 0 })[0]!, / 0$/);
    assert.match(formatEntry({ ...entry, message: null })[0]!, /0123456789ab$/);
    assert.match(formatEntry({ ...entry, message: undefined })[0]!, /0123456789ab$/);
  });

  it('drops colours', () => {
    const message = '\u001b[31mred\u001b[0m';

    assert.match(formatEntry({ ...entry, message })[0]!, /0123456789ab red$/);
  });

  it('shows a time that is none as it is, and a short container padded', () => {
    assert.deepEqual(formatEntry({ ...entry, timestamp: 'soon', containerId: 'c1' }), [
      'soon                    [error]   c1           went wrong',
    ]);
  });
});
