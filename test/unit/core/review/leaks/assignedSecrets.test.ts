import assert from 'node:assert/strict';
import { hex, LeakTrial, letters, randomText } from './leakTrial';

describe('scanBundle: what is assigned', () => {
  let trial: LeakTrial;

  beforeEach(() => {
    trial = new LeakTrial();
  });
  afterEach(() => trial.end());

  it('finds literals that are assigned to what is named like a secret', async () => {
    const secret = randomText(20);
    const lines = [
      `const password = 'Sommer2024!';`,
      `config.apiKey = "${secret}1";`,
      `{ "masterSecret": "${hex(32)}" }`,
      `const token = process.env.API_TOKEN || '${secret}2';`,
      `if (req.query.secret === '${secret}3') {`,
      `headers: { Authorization: 'Kinvey ${hex(40, 3)}' },`,
      `sessionToken: "${randomText(700)}",`,
      `env['DB_PASSWORD'] = \`${secret}4\`;`,
      `const CLIENT_SECRET_DEV = '${secret}5'`,
      `request({ auth: { user: 'kid_B1', pass: 'Winter-24!' } })`,
      `connect('Server=db;User Id=sa;Password=Pa$$w0rd99;Encrypt=true')`,
      `fetch('https://api.company.com/v1?api_key=${secret}8&page=1')`,
    ];
    await trial.put('index.js', lines.join('\n'));
    await trial.put('app.yml', `db:\n  password: ${secret}6\n`);
    await trial.put('Dockerfile', `ENV API_KEY=${secret}7\n  env DB_PASSWORD ${secret}9\n`);

    const found = await trial.places();

    const ofIndex = lines.map((_, index) => `index.js:${index + 1} assigned secret`);
    assert.deepEqual(found, [
      'Dockerfile:1 assigned secret',
      'Dockerfile:2 assigned secret',
      'app.yml:2 assigned secret',
      ...ofIndex,
    ]);
  });

  it('leaves names, samples and what comes from elsewhere alone', async () => {
    const lines = [
      `const password = process.env.DB_PASSWORD;`,
      `const password = '\${DB_PASSWORD}', secret = '{{ secret }}', token = '<your-token>';`,
      `const tokenUrl = 'https://login.company.com/oauth2/token', token = 'urn:uuid:a515cfa4-5da4-22e1-f5b5-00a0451e6bf7';`,
      `const token = 'https://login.company.com/oauth2/v2.0/token';`,
      `const secretPath = './config/secret2.json', secret = './config/a1b2c3d4e5f6a7b8.json';`,
      `errors.password = 'accounts.password-too-short-8', token = 'refresh_token_2fa_expired';`,
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
    await trial.put('index.js', lines.join('\n'));
    await trial.put('package-lock.json', `"integrity": "sha512-${randomText(86)}=="`);

    assert.deepEqual(await trial.places(), []);
  });

  it('finds a value on the line after its name, and the login of an .npmrc', async () => {
    const [one, two, three] = [7, 8, 9].map((seed) => randomText(24, letters, seed));
    await trial.put(
      'index.js',
      `const password =\r\n  'Sommer2024!';\nconst token =\n  process.env.TOKEN ||\n\n  '${one}';\n`,
    );
    await trial.put('a.yml', `db:\n  password: >-\n    ${two}\nother:\n  key: ${three}\n`);
    await trial.put('.npmrc', '_auth=b3JkZXJzOnNlY3JldA==\n_auth=${LOGIN_OF_NPM}\n');

    const leaks = await trial.scan();

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
});
