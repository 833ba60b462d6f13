import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { LeakTrial, randomText } from './leakTrial';

const pem = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

describe('scanBundle: keys and secret files', () => {
  let trial: LeakTrial;

  beforeEach(() => {
    trial = new LeakTrial();
  });
  afterEach(() => trial.end());

  it('finds private keys in one line or many, but no public ones', async () => {
    await trial.put(
      'a.json',
      JSON.stringify({ type: 'service_account', private_key: pem.privateKey }),
    );
    await trial.put('b.js', `'use strict';\nconst key = \`${pem.privateKey}\`;\n`);
    await trial.put(
      'c.js',
      pem.privateKey
        .split('\n')
        .map((line) => `'${line}\\n' +`)
        .join('\n'),
    );
    await trial.put('certs/ca.pem', `-----BEGIN CERTIFICATE-----\n${randomText(64)}\n`);
    await trial.put('certs/public.pem', pem.publicKey);
    await trial.put('certs/server.key', pem.privateKey);
    await trial.put('certs/server.der.key', Buffer.from([0x30, 0x82, 0x04, 0x00, 0x01]));

    const leaks = await trial.scan();

    assert.deepEqual(
      leaks.map(({ file, line, rule }) => `${file}:${line} ${rule}`),
      [
        'a.json:1 private key',
        'b.js:2 private key',
        'c.js:1 private key',
        'certs/server.der.key:1 private key file',
        'certs/server.key:1 private key',
      ],
    );
    const body = pem.privateKey.split('\n');
    assert.ok(body.every((line) => line.length < 60 || !JSON.stringify(leaks).includes(line)));
  });

  it('tells files that are a secret by their name', async () => {
    const secret = ['.env', '.env.production', 'prod.env', 'id_rsa', 'push.p12', '.netrc'];
    const open = ['.env.example', '.env.sample', 'environment.js', 'keys.js', 'id_rsa.pub'];
    for (const name of [...secret, ...open]) {
      await trial.put(name, 'hello');
    }

    assert.deepEqual(await trial.places([], true), [
      '.env:1 environment file',
      '.env.production:1 environment file',
      '.netrc:1 password file',
      'id_rsa:1 private key file',
      'prod.env:1 environment file',
      'push.p12:1 private key file',
    ]);
    // Our own rules leave .env* out, whatever an ignore file says.
    assert.deepEqual(await trial.places(), [
      '.netrc:1 password file',
      'id_rsa:1 private key file',
      'prod.env:1 environment file',
      'push.p12:1 private key file',
    ]);
  });
});
