import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAppError } from '../../../../../src/core/base/errors';
import { planBundle } from '../../../../../src/core/project/bundlePlan';
import { scanBundle } from '../../../../../src/core/review/leaks/leakScan';
import { Random } from '../../../../support/random';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Made here: a token in a file of this project would be told to us by every scanner. */
function randomText(length: number, characters = letters, seed = 7): string {
  const random = new Random(seed);
  return Array.from({ length }, () => characters.charAt(random.below(characters.length))).join('');
}

const hex = (length: number, seed?: number) => randomText(length, '0123456789abcdef', seed);
const pem = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

describe('scanBundle', () => {
  let folder = '';

  const put = async (name: string, content: string | Buffer) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  };
  const scan = async (secrets: string[] = [], asCli = false) =>
    scanBundle(await planBundle(folder, { asCli }), { secrets });
  const places = async (secrets?: string[], asCli?: boolean) =>
    (await scan(secrets, asCli)).map(({ file, line, rule }) => `${file}:${line} ${rule}`);

  beforeEach(() => {
    folder = createScratchFolder('leaks');
  });
  afterEach(() => removeScratchFolder(folder));

  const tokens: Record<string, string> = {
    'AWS access key': `AKIA${randomText(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
    'GitHub token': `ghp_${randomText(36)}`,
    'GitLab token': `glpat-${randomText(20)}`,
    'Slack token': `xoxb-${randomText(12, '123456789')}-${randomText(24)}`,
    'Slack webhook': `https://hooks.slack.com/services/T0AB12CD3/B0AB12CD3/${randomText(24)}`,
    'Google API key': `AIza${randomText(35)}`,
    'Google client secret': `GOCSPX-${randomText(28)}`,
    'Firebase server key': `AAAA${randomText(7)}:APA91b${randomText(134)}`,
    'Stripe key': `sk_live_${randomText(24)}`,
    'npm token': `npm_${randomText(36)}`,
    'PyPI token': `pypi-AgE${randomText(100)}`,
    'SendGrid key': `SG.${randomText(22)}.${randomText(43)}`,
    'Twilio key': `SK${hex(32)}`,
    'Mailgun key': `key-${hex(32)}`,
    'OpenAI key': `sk-proj-${randomText(60)}`,
    'Anthropic key': `sk-ant-api03-${randomText(90)}`,
    'Azure key': `AccountKey=${randomText(86)}==`,
    'DigitalOcean token': `dop_v1_${hex(64)}`,
    'Shopify token': `shpat_${hex(32)}`,
    'Square token': `sq0atp-${randomText(22)}`,
    'Databricks token': `dapi${hex(32)}`,
    'Hugging Face token': `hf_${randomText(34, letters.slice(0, 52))}`,
    'Telegram token': `${randomText(9, '123456789')}:AA${randomText(33)}`,
    'JSON Web Token': `eyJ${randomText(30)}.eyJ${randomText(80)}.${randomText(43)}`,
    'password in an address': `mongodb://orders:${randomText(12)}@db.company.com/orders`,
  };
  for (const [rule, token] of Object.entries(tokens)) {
    it(`finds a ${rule} and does not repeat it`, async () => {
      await put('lib/call.js', `// the first line\nconst x = call("${token}", 1);\n`);

      const leaks = await scan();

      assert.deepEqual(
        leaks.map((leak) => [leak.file, leak.line, leak.rule]),
        [['lib/call.js', 2, rule]],
      );
      assert.match(leaks[0]!.excerpt, /^const x = call\(".*\*{4}"?$/);
      assert.ok(!JSON.stringify(leaks).includes(token.slice(-10)));
    });
  }

  it('finds literals that are assigned to what is named like a secret', async () => {
    const secret = randomText(20);
    const lines = [
      `const password = 'Sommer2024!';`,
      `config.apiKey = "${secret}1";`,
      `{ "masterSecret": "${hex(32)}" }`,
      `const token = process.env.API_TOKEN || '${secret}2';`,
      `if (req.query.secret === '${secret}3') {`,
      `headers: { Authorization: 'Kinvey ${hex(40, 3)}' },`,
      `env['DB_PASSWORD'] = \`${secret}4\`;`,
      `const CLIENT_SECRET_DEV = '${secret}5'`,
      `request({ auth: { user: 'kid_B1', pass: 'Winter-24!' } })`,
      `connect('Server=db;User Id=sa;Password=Pa$$w0rd99;Encrypt=true')`,
      `fetch('https://api.company.com/v1?api_key=${secret}8&page=1')`,
    ];
    await put('index.js', lines.join('\n'));
    await put('app.yml', `db:\n  password: ${secret}6\n`);
    await put('Dockerfile', `ENV API_KEY=${secret}7\n`);

    const found = await places();

    const ofIndex = lines.map((_, index) => `index.js:${index + 1} assigned secret`);
    assert.deepEqual(found, [
      'Dockerfile:1 assigned secret',
      'app.yml:2 assigned secret',
      ...ofIndex,
    ]);
  });

  it('leaves names, samples and what comes from elsewhere alone', async () => {
    const lines = [
      `const password = process.env.DB_PASSWORD;`,
      `const password = '\${DB_PASSWORD}', secret = '{{ secret }}', token = '<your-token>';`,
      `const tokenUrl = 'https://login.company.com/oauth2/token';`,
      `const token = 'https://login.company.com/oauth2/v2.0/token';`,
      `const secretPath = './config/secret2.json', secret = './config/a1b2c3d4e5f6a7b8.json';`,
      `errors.password = 'accounts.password-too-short-8';`,
      `const passwordField = 'P4ssword!Field', resetToken = 'resetTokenByMail2';`,
      `const apiKey = 'your-api-key-1234-abcd', secret = 'changeme-12345-Abc';`,
      `const secret = 'xxxxxxxxxxxxxxxxxxxxx1', token = '0123456789abcdef0123456789abcdef';`,
      `const db = 'postgres://postgres:postgres@localhost:5432/test';`,
      `const db = \`mongodb://\${user}:\${password}@db.company.com\`;`,
      `const id = '${hex(40)}', sha = 'sha512-${randomText(86)}==';`,
      `bypass: 'Winter-24!', compass = 'Summer-24!', q = '?password=forgotten&token=abc'`,
      `const aws = 'AKIA' + 'IOSFODNN7EXAMPLE', documented = 'AKIAIOSFODNN7EXAMPLE';`,
      `if (text.startsWith('-----BEGIN PRIVATE KEY-----')) { return parsePrivateKeyOf(text); }`,
      '-----BEGIN RSA PRIVATE KEY-----',
      'const theNextLineIsNoKeyAtAll = readTheKeyFromTheFile(path);',
      `//registry.npmjs.org/:_authToken=\${NPM_TOKEN}`,
    ];
    await put('index.js', lines.join('\n'));
    await put('package-lock.json', `"integrity": "sha512-${randomText(86)}=="`);

    assert.deepEqual(await places(), []);
  });

  it('finds passwords in addresses, whatever user and host are called', async () => {
    const passwords = [randomText(12), randomText(12, letters, 8), randomText(12, letters, 9)];
    const open = ['your-password', '${PASSWORD}', 'changeme-1', '<password>'];
    await put(
      'index.js',
      [
        `'postgres://todo:${passwords[0]}@db.acme.com/todo'`,
        `'amqps://your-sample:${passwords[1]}@testing.acme.com'`,
        `'redis://\${USER}:${passwords[2]}@insert.acme.com'`,
        ...open.map((password) => `\`postgres://todo:${password}@db.acme.com/todo\``),
        `'postgres://todo:${passwords[0]}@db.example.com', 'amqp://a:${passwords[0]}@queue'`,
      ].join('\n'),
    );

    const rule = 'password in an address';
    assert.deepEqual(
      await places(),
      [1, 2, 3].map((line) => `index.js:${line} ${rule}`),
    );
  });

  it('finds random text that is assigned to any name, but no hashes, ids, names and drawings', async () => {
    const random = [1, 2, 3, 4, 5, 6].map((seed) => randomText(16 + 4 * seed, letters, seed));
    const lines = [
      `const dsn = '${random[0]}';`,
      `module.exports = { "connection": "${random[1]}==", x: 'Xy8Q~${random[2]}' };`,
      `const a = process.env.A || \`${randomText(32, letters.slice(26))}\`, salt = '${hex(32)}';`,
    ];
    const open = [
      `{ "integrity": "sha512-${randomText(86)}==", "contentHash": "${random[3]}" }`,
      `const id = '${random[3]}', clientId = "${random[4]}", a = '${hex(40)}';`,
      `const b = '3f2504e0-4f89-41d3-9a0c-0305e82c3301', colour = '#A1b2C3', c = '${random[5]!.slice(0, 12)}';`,
      `const d = 'https://company.com/${random[3]}', e = './${random[3]}/index.js', f = 'a/${random[3]}.js';`,
      `const icon = 'data:image/png;base64,${randomText(120)}', g = '${randomText(600)}';`,
      `const key = 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${random[5]}', h = 'M10-5v3h4V5H3.5L12Z5h24v24H0z', i = 'ES2015SHA256WithRSAEncryptionOAuth2';`,
      `const j = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';`,
      `call('${random[3]}');`,
    ];
    await put('index.js', [...lines, ...open].join('\n'));
    await put('package-lock.json', `{"a": "${random[3]}"}`);
    await put('lib.min.js', `a="${random[3]}"`);
    await put('notes.md', `a = "${random[3]}"`);
    await put('app.yaml', `a: ${random[3]}\nb: ${hex(40)}\n`);
    await put('config/secrets.json', `{\n"a": "${hex(32)}",\n"b": "a-name-of-something-2"\n}`);

    assert.deepEqual(await places(), [
      'app.yaml:1 random text',
      'config/secrets.json:2 random text',
      'index.js:1 random text',
      'index.js:2 random text',
      'index.js:2 random text',
      'index.js:3 assigned secret',
      'index.js:3 random text',
    ]);
  });

  it('finds a value on the line after its name, and the login of an .npmrc', async () => {
    const [one, two, three] = [7, 8, 9].map((seed) => randomText(24, letters, seed));
    await put(
      'index.js',
      `const password =\r\n  'Sommer2024!';\nconst token =\n  process.env.TOKEN ||\n\n  '${one}';\n`,
    );
    await put('a.yml', `db:\n  password: >-\n    ${two}\nother:\n  key: ${three}\n`);
    await put('.npmrc', '_auth=b3JkZXJzOnNlY3JldA==\n_auth=${LOGIN_OF_NPM}\n');

    const leaks = await scan();

    assert.deepEqual(
      leaks.map(({ file, line, excerpt }) => `${file}:${line} ${excerpt}`),
      [
        '.npmrc:1 _auth=****',
        'a.yml:3 ****',
        'a.yml:5 key: ****',
        `index.js:2 '****'`,
        `index.js:6 '****'`,
      ],
    );
  });

  it('finds private keys in one line or many, but no public ones', async () => {
    await put('a.json', JSON.stringify({ type: 'service_account', private_key: pem.privateKey }));
    await put('b.js', `'use strict';\nconst key = \`${pem.privateKey}\`;\n`);
    await put(
      'c.js',
      pem.privateKey
        .split('\n')
        .map((line) => `'${line}\\n' +`)
        .join('\n'),
    );
    await put('certs/ca.pem', `-----BEGIN CERTIFICATE-----\n${randomText(64)}\n`);
    await put('certs/public.pem', pem.publicKey);
    await put('certs/server.key', pem.privateKey);
    await put('certs/server.der.key', Buffer.from([0x30, 0x82, 0x04, 0x00, 0x01]));

    const leaks = await scan();

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
      await put(name, 'hello');
    }

    assert.deepEqual(await places([], true), [
      '.env:1 environment file',
      '.env.production:1 environment file',
      '.netrc:1 password file',
      'id_rsa:1 private key file',
      'prod.env:1 environment file',
      'push.p12:1 private key file',
    ]);
    // Our own rules leave .env* out, whatever an ignore file says.
    assert.deepEqual(await places(), [
      '.netrc:1 password file',
      'id_rsa:1 private key file',
      'prod.env:1 environment file',
      'push.p12:1 private key file',
    ]);
  });

  it("finds the environment's own secret as it is, and nothing that only begins like it", async () => {
    await put('index.js', `const a = 'orders (v1)';\nconst b = 'orders (v1)x';\nconst c = 'ab';\n`);

    assert.deepEqual(await places(['orders (v1)', 'ab', '']), [
      'index.js:1 shared secret of the environment',
    ]);
    assert.deepEqual(await places(), []);
  });

  it('knows a finding again when it moves, but not when its value changes', async () => {
    const idsOf = async (content: string) => {
      await put('index.js', content);
      return (await scan()).map(({ id }) => id);
    };
    const secret = `apiKey = '${randomText(24)}'`;
    const before = await idsOf(secret);

    assert.equal(before.length, 1);
    assert.deepEqual(await idsOf(`\n\n  other.${secret};\n// ${secret}`), before);
    assert.notDeepEqual(await idsOf(`apiKey = '${randomText(24, letters, 8)}'`), before);
    assert.ok(!before[0]!.includes(randomText(24)));
  });

  it('names a hundred secrets of a file, and tells the rest as one finding of its own', async () => {
    const lines = Array.from(
      { length: 130 },
      (_, index) => `call("ghp_${randomText(36, letters, index + 1)}");`,
    );
    const put130 = async (content: readonly string[]) => {
      await put('index.js', content.join('\n'));
      const leaks = await scan();
      assert.equal(leaks.length, 101);
      return leaks.at(-1)!;
    };
    const rest = await put130(lines);

    assert.deepEqual([rest.line, rest.more, rest.excerpt], [101, 30, '']);
    assert.equal((await put130([...lines, '', lines[129]!])).id, rest.id);
    const other = await put130([
      ...lines.slice(0, 129),
      `call("ghp_${randomText(36, letters, 131)}");`,
    ]);
    assert.notEqual(other.id, rest.id);
  });

  it('masks every secret of a line', async () => {
    const [one, two] = [randomText(24), randomText(24, letters, 8)];
    await put('index.js', `connect({ apiKey: '${one}', secret: '${two}' });`);

    assert.deepEqual(
      (await scan()).map(({ excerpt }) => excerpt),
      [`connect({ apiKey: '****'`, `connect({ apiKey: '****', secret: '****'`],
    );
  });

  it('finds secrets anywhere in a huge line and in UTF-16, and skips binary files', async () => {
    const token = tokens['GitHub token']!;
    for (const distance of [0, 16_380, 65_500, 65_530, 131_060, 300_000]) {
      await put(
        `at-${distance}.js`,
        `${'a,'.repeat(distance / 2)}"${token}"${',b'.repeat(50_000)}`,
      );
    }
    await put('image.png', `\0\0"${token}"`);
    const wide = Buffer.from(`\uFEFF"${token}"${',b'.repeat(50_000)}`, 'utf16le');
    await put('utf16-large.js', wide);
    await put('utf16-le.js', wide.subarray(0, 500));
    await put('utf16-be.js', Buffer.from(wide.subarray(0, 500)).swap16());

    const leaks = await scan();

    assert.equal(leaks.length, 9);
    assert.ok(leaks.every(({ line, excerpt }) => line === 1 && excerpt.length <= 85));
  });

  it('names a file that is gone', async () => {
    await put('index.js', 'x');
    const plan = await planBundle(folder);
    removeScratchFolder(folder);

    await assert.rejects(
      scanBundle(plan),
      (error) => isAppError(error, 'fileInvalid') && error.message.startsWith('index.js cannot'),
    );
  });

  it('stops when it is told to', async () => {
    await put('index.js', 'x');
    const plan = await planBundle(folder);

    await assert.rejects(scanBundle(plan, { signal: AbortSignal.abort() }), (error) =>
      isAppError(error, 'cancelled'),
    );
  });
});
