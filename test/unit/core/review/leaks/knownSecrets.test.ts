import assert from 'node:assert/strict';
import { hex, LeakTrial, letters, randomText } from './leakTrial';

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

describe('scanBundle: tokens and addresses', () => {
  let trial: LeakTrial;

  beforeEach(() => {
    trial = new LeakTrial();
  });
  afterEach(() => trial.end());

  for (const [rule, token] of Object.entries(tokens)) {
    it(`finds a ${rule} and does not repeat it`, async () => {
      await trial.put('lib/call.js', `// the first line\nconst x = call("${token}", 1);\n`);

      const leaks = await trial.scan();

      assert.deepEqual(
        leaks.map((leak) => [leak.file, leak.line, leak.rule]),
        [['lib/call.js', 2, rule]],
      );
      assert.match(leaks[0]!.excerpt, /^const x = call\(".*\*{4}"?$/);
      assert.ok(!JSON.stringify(leaks).includes(token.slice(-10)));
    });
  }

  it('finds passwords in addresses, whatever user and host are called', async () => {
    const passwords = [randomText(12), randomText(12, letters, 8), randomText(12, letters, 9)];
    await trial.put(
      'settings.js',
      `'redis://:\${PASSWORD}@cache.acme.com', 'dotenv://:key_1234@dotenvx.com'`,
    );
    const open = ['your-password', '${PASSWORD}', 'changeme-1', '<password>'];
    await trial.put(
      'index.js',
      [
        `'rediss://:${passwords[2]}@cache.acme.com:6379'`,
        `'postgres://todo:${passwords[0]}@db.acme.com/todo'`,
        `'amqps://your-sample:${passwords[1]}@testing.acme.com'`,
        `'redis://\${USER}:${passwords[2]}@insert.acme.com'`,
        ...open.map((password) => `\`postgres://todo:${password}@db.acme.com/todo\``),
        `'postgres://todo:${passwords[0]}@db.example.com', 'amqp://a:${passwords[0]}@queue'`,
      ].join('\n'),
    );

    const rule = 'password in an address';
    assert.deepEqual(
      await trial.places(),
      [1, 2, 3, 4].map((line) => `index.js:${line} ${rule}`),
    );
  });
});
