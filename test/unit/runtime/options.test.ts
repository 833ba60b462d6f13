import assert from 'node:assert/strict';
import path from 'node:path';
import { parseOptions } from '../../../src/runtime/options';

describe('parseOptions', () => {
  it('means any free port on loopback by default', () => {
    const { host, port, help } = parseOptions([]);

    assert.deepEqual([host, port, help], ['127.0.0.1', 0, false]);
  });

  it('reads host, port and folder', () => {
    const options = parseOptions(['--host', '::1', '--port', '4012', '--data', 'x']);

    assert.deepEqual(options, { host: '::1', port: 4012, data: path.resolve('x'), help: false });
  });

  it('refuses an address that others can reach, unless that is meant', () => {
    assert.throws(() => parseOptions(['--host', '0.0.0.0']), /add --insecure/);
    assert.equal(parseOptions(['--host', '0.0.0.0', '--insecure']).host, '0.0.0.0');
  });

  it('refuses what it does not know', () => {
    assert.throws(() => parseOptions(['--nonsense']), { code: 'invalidInput' });
    assert.throws(() => parseOptions(['--port', '70000']), /--port must be a number/);
    assert.throws(() => parseOptions(['--port', 'x']), /--port must be a number/);
  });
});
