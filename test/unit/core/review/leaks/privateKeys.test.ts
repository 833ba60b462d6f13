import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { LeakTrial, randomText } from './leakTrial';

const pem = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const derOf = (text: string) => text.replace(/-----.*-----|\s/g, '');
/** As they begin; what makes them one is in their first bytes. */
const certificate = `MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ${randomText(800)}`;

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

  it('finds private keys in base64, however long and whatever they are called', async () => {
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const rsa = createPrivateKey(pem.privateKey);
    const encrypted = { format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    const keys = [
      derOf(pem.privateKey),
      base64(pem.privateKey),
      base64(rsa.export({ type: 'pkcs1', format: 'der' })),
      base64(rsa.export({ type: 'pkcs1', format: 'pem' })),
      base64(rsa.export({ type: 'pkcs8', ...encrypted })),
      base64(curve.export({ type: 'pkcs8', format: 'der' })),
      base64(curve.export({ type: 'sec1', format: 'der' })),
    ];
    await trial.put('a.js', keys.map((key) => `call('${key}');`).join('\n'));
    await trial.put('b.yml', `data:\n  tls.key: ${keys[1]}\n  apiKey: '${randomText(24)}'\n`);

    const leaks = await trial.scan();

    assert.deepEqual(
      leaks.map(({ file, line, rule }) => `${file}:${line} ${rule}`),
      [
        ...keys.map((_, index) => `a.js:${index + 1} private key`),
        'b.yml:2 private key',
        'b.yml:3 assigned secret',
      ],
    );
    assert.ok(keys.every((key) => !JSON.stringify(leaks).includes(key.slice(-20))));
  });

  it('leaves certificates and public keys in base64 alone', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const open = [
      certificate,
      derOf(pem.publicKey),
      base64(pem.publicKey),
      base64(`-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`),
      base64(weak.export({ type: 'spki', format: 'der' })),
      base64(curve.export({ type: 'spki', format: 'der' })),
      base64(curve.export({ type: 'spki', format: 'pem' })),
      `MIIEpAIBAAKCAQEA${'x'.repeat(300)}`,
    ];
    const lines = open.flatMap((one) => [`call('${one}');`, `signingKey = '${one}';`]);
    await trial.put('a.js', [...lines, `const ca = '${certificate.slice(0, 64)}' +`].join('\n'));

    assert.deepEqual(await trial.places(), []);
  });

  it('finds a private key in a comment, and once where it stands in one line', async () => {
    const lines = pem.privateKey.trim().split('\n');
    await trial.put('a.js', `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\n`);
    await trial.put('b.sh', lines.map((line) => `# ${line}`).join('\n'));
    await trial.put('c.js', lines.map((line) => `    // ${line}`).join('\n'));
    const [begin, end] = [lines[0], lines.at(-1)];
    await trial.put('d.txt', `${begin}\n${derOf(pem.privateKey)}\n${end}\n`);
    await trial.put('e.txt', `"${begin} ${derOf(pem.privateKey)} ${end}"`);

    assert.deepEqual(await trial.places(), [
      'a.js:2 private key',
      'b.sh:1 private key',
      'c.js:1 private key',
      'd.txt:1 private key',
      'e.txt:1 private key',
    ]);
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
