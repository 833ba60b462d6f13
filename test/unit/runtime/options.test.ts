import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseOptions } from '../../../src/runtime/options';

describe('parseOptions', () => {
  it('means any free port on loopback by default', () => {
    const { host, port, help } = parseOptions([]);

    assert.deepEqual([host, port, help], ['127.0.0.1', 0, false]);
  });

  it('reads host, port and folder', () => {
    const { host, port, data } = parseOptions(['--host', '::1', '--port', '4012', '--data', 'x']);

    assert.deepEqual([host, port, data], ['::1', 4012, path.resolve('x')]);
  });

  it('takes a number of replicas as told, else two but no more than there are cores', () => {
    const most = availableParallelism() * 3;

    assert.equal(parseOptions(['--replicas', String(most)]).replicas, most);
    assert.equal(parseOptions([]).replicas, Math.min(2, availableParallelism()));
    for (const wrong of ['0', '-1', '1.5', 'many']) {
      assert.throws(() => parseOptions([`--replicas=${wrong}`]), /--replicas must be a number/);
    }
  });

  it('refuses an address that others can reach, unless that is meant', () => {
    const tls = ['--tls-cert', 'c.pem', '--tls-key', 'k.pem'];

    assert.throws(() => parseOptions(['--host', '0.0.0.0']), /add --insecure/);
    assert.throws(() => parseOptions(['--host', 'example.com']), { code: 'invalidInput' });
    assert.deepEqual(parseOptions(['--host', '0.0.0.0', ...tls]).tls, {
      certFile: 'c.pem',
      keyFile: 'k.pem',
    });
    assert.equal(parseOptions(['--host', '0.0.0.0', '--insecure']).host, '0.0.0.0');
  });

  it('wants a certificate and its key together', () => {
    assert.throws(() => parseOptions(['--tls-cert', 'c.pem']), /need each other/);
    assert.throws(() => parseOptions(['--tls-key', 'k.pem', '--insecure']), /need each other/);
  });

  it('offers the browser only when told to', () => {
    assert.equal(parseOptions([]).browserSignIn, false);
    assert.equal(parseOptions(['--browser-sign-in']).browserSignIn, true);
  });

  it('refuses what it does not know', () => {
    assert.throws(() => parseOptions(['--nonsense']), { code: 'invalidInput' });
    assert.throws(() => parseOptions(['--port', '70000']), /--port must be a number/);
    assert.throws(() => parseOptions(['--port', 'x']), /--port must be a number/);
  });
});
