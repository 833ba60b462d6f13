import assert from 'node:assert/strict';
import { FileLeaks, type Leak } from '../../../../../src/core/review/leaks/fileLeaks';
import { sharedSecretPattern } from '../../../../../src/core/review/leaks/sharedSecrets';
import { Random } from '../../../../support/random';
import { hex, randomText } from './leakTrial';

const own = `a "b" ${hex(40, 3)}`;
const key = `MIIEpAIBAAKCAQEA${randomText(300)}`;
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${key}\n-----END RSA PRIVATE KEY-----\n`;
const values = [
  ...[randomText(32), randomText(24), randomText(700), 'Sommer24!x', `ghp_${randomText(36)}`],
  ...[own, JSON.stringify(own).slice(1, -1), encodeURIComponent(own)],
  ...[key, Buffer.from(pem).toString('base64'), pem.replaceAll('\n', '\n * ')],
  ...[`redis://:${randomText(12)}@cache.acme.com`, 'refresh_token_2fa_expired'],
];
const pieces: readonly (readonly string[])[] = [
  ['', '  ', 'const ', 'ENV ', 'export ', 'this.', '- ', '"'],
  ['password', 'dsn', 'apiKey', 'api_token_2', 'x', 'Authorization', '_auth', 'DB_PASSWORD'],
  ['', '"', "']", ' '],
  [':', '=', ' = ', ' === ', ' || ', ': |', ' ', ' ??', ' !== ', ' = process.env.X ||', '=Bearer '],
  ['', ' ', '\n', '\r\n', '\n\n', '\n    ', '  \n\n      ', '\n   ||\n '],
  ['', '"', "'", '`', 'Basic '],
  values,
  ['', '"', "'", '`', '";', ' ;', '\n'],
];
const files = [
  'index.js',
  'settings.yml',
  'a.json',
  '.npmrc',
  'Dockerfile',
  'notes.txt',
  'a.env.sh',
];

describe('FileLeaks', () => {
  it('knows of a whole text whether any of its lines holds a secret, however it is broken', () => {
    const random = new Random(77);
    let found = 0;
    for (let run = 0; run < 20_000; run++) {
      const text = pieces.map((choices) => random.pick(choices)).join('');
      const file = random.pick(files);
      const isHeld = new FileLeaks(file, sharedSecretPattern([own])).mayHold(text);
      const isFound = leaksIn(file, text).length > 0;
      found += Number(isFound);
      assert.ok(isHeld || !isFound, `${file}: ${JSON.stringify(text)}`);
    }
    assert.ok(found > 1_000, `only ${found} held one`);
  });

  const blanks = ['\uFEFFENV ', 'ENV\u00A0', '\fENV\t', `ENV${' '.repeat(120)}`];
  for (const before of blanks) {
    it(`knows it of a Dockerfile with ${JSON.stringify(before.slice(0, 9))}`, () => {
      const text = `FROM node\n${before}DB_PASSWORD Sommer24!x\n`;
      assert.equal(leaksIn('Dockerfile', text).length, 1);
      assert.ok(new FileLeaks('Dockerfile', undefined).mayHold(text));
    });
  }

  it('knows a name by all that stands before it, however far the value is', () => {
    const text = `bypass = ${' '.repeat(249)}\n'Sommer24!x'`;
    assert.deepEqual(leaksIn('index.js', text), []);
  });

  it('is sure of most texts without one', () => {
    const plain =
      "const total = orders.reduce((sum, order) => sum + order.price, 0);\nkey = 'name';\n";
    assert.equal(new FileLeaks('index.js', undefined).mayHold(plain), false);
  });
});

function leaksIn(file: string, text: string): Leak[] {
  const leaks = new FileLeaks(file, sharedSecretPattern([own]));
  text.split('\n').forEach((line, index) => leaks.read(line, index + 1));
  return leaks.end();
}
