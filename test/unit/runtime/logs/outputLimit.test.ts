import assert from 'node:assert/strict';
import { OutputLimit } from '../../../../src/runtime/logs/outputLimit';

describe('OutputLimit', () => {
  const admitted = (limit: OutputLimit, count: number, bytes: number, now: number) =>
    Array.from({ length: count }, () => limit.admit(bytes, now)).filter(Boolean).length;

  it('lets so many lines through in a second, and as many in the next', () => {
    const limit = new OutputLimit({ linesPerSecond: 10, bytesPerSecond: 1_000 });

    assert.equal(admitted(limit, 15, 1, 5_000), 10);
    assert.equal(admitted(limit, 15, 1, 5_999), 0);
    assert.equal(admitted(limit, 15, 1, 6_000), 10);
  });

  it('counts bytes as well', () => {
    const limit = new OutputLimit({ linesPerSecond: 1_000, bytesPerSecond: 100 });

    assert.equal(admitted(limit, 20, 30, 0), 4);
  });

  it('tells once how many lines were dropped, when their second is over', () => {
    const limit = new OutputLimit({ linesPerSecond: 10, bytesPerSecond: 1_000 });
    admitted(limit, 17, 1, 0);

    assert.equal(limit.takeDropped(999), 0);
    assert.equal(limit.takeDropped(1_000), 7);
    assert.equal(limit.takeDropped(1_000), 0);
    assert.equal(limit.hasDropped, false);
  });

  it('does not wait for a clock that was set back', () => {
    const limit = new OutputLimit({ linesPerSecond: 1, bytesPerSecond: 1_000 });
    admitted(limit, 2, 1, 1_000_000);

    assert.equal(limit.admit(1, 5_000), true);
  });
});
