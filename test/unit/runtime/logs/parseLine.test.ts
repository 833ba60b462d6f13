import assert from 'node:assert/strict';
import { parseLine } from '../../../../src/runtime/logs/parseLine';

describe('parseLine', () => {
  it('splits what flex.logger writes into message and threshold', () => {
    assert.deepEqual(parseLine('{"message":"m","level":"warning"}'), {
      message: 'm',
      threshold: 'warning',
    });
    assert.deepEqual(parseLine('{"message":{"a":[1]},"level":"info"}'), {
      message: { a: [1] },
      threshold: 'info',
    });
  });

  it('takes every other line as it is', () => {
    const lines = ['text', '{"message":"m"}', '{"level":"info"}', '{broken', '{}', ''];
    lines.push('{"message":"m","level":30}', '{"message":"m","level":"info","time":1}');

    for (const line of lines) {
      assert.deepEqual(parseLine(line), { message: line, threshold: null });
    }
  });
});
