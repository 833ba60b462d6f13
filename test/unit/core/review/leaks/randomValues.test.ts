import assert from 'node:assert/strict';
import { hex, LeakTrial, letters, randomText } from './leakTrial';

describe('scanBundle: random text', () => {
  let trial: LeakTrial;

  beforeEach(() => {
    trial = new LeakTrial();
  });
  afterEach(() => trial.end());

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
    await trial.put('index.js', [...lines, ...open].join('\n'));
    await trial.put('package-lock.json', `{"a": "${random[3]}"}`);
    await trial.put('lib.min.js', `a="${random[3]}"`);
    await trial.put('notes.md', `a = "${random[3]}"`);
    await trial.put('app.yaml', `a: ${random[3]}\nb: ${hex(40)}\n`);
    await trial.put(
      'config/secrets.json',
      `{\n"a": "${hex(32)}",\n"b": "a-name-of-something-2"\n}`,
    );

    assert.deepEqual(await trial.places(), [
      'app.yaml:1 random text',
      'config/secrets.json:2 random text',
      'index.js:1 random text',
      'index.js:2 random text',
      'index.js:2 random text',
      'index.js:3 assigned secret',
      'index.js:3 random text',
    ]);
  });
});
