import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { reportOf, usePipeline, type Ended } from '../support/pipeline';

describe('what dist/deploy.js refuses', function () {
  this.timeout(120_000);
  const pipeline = usePipeline();

  it('warns of what it cannot send, whichever rules it goes by, and would send the rest', async () => {
    const lost = path.join(pipeline.folder, 'prices.json');
    symlinkSync('nowhere', lost);
    const dry = ['--bump', 'major', '--dry-run'];
    const [own, asCli] = [
      await pipeline.deploy(...dry),
      await pipeline.deploy(...dry, '--cli-bundle', '--json'),
    ];
    pipeline.remove('prices.json');

    const message = 'prices.json is not deployed (link that leads nowhere).';
    assert.ok(own.stderr.startsWith(`warning: ${message}`), own.stderr);
    assert.match(own.stdout, /would be sent: 3 files/);
    const { outcome, findings } = reportOf(asCli);
    assert.deepEqual([own.code, asCli.code, outcome], [0, 0, 'checked']);
    assert.deepEqual(findings, [{ severity: 'warning', code: 'leftOut', message, file: lost }]);
  });

  it('does not send what looks like a secret until somebody says so', async () => {
    const before = await pipeline.client.status(pipeline.service);
    pipeline.write(
      'lib/mail.js',
      "exports.key = 's3cret-of-this-very-environment';\nprocess.env.MAIL_HOST;\n",
    );
    try {
      pipeline.writeService("require('./lib/mail');");
      const other = await pipeline.client.createService({
        secret: 's3cret-of-this-very-environment',
      });
      const target = ['--service', other.serviceId, '--json'];

      const refused = await pipeline.deploy(...target);
      assert.equal(refused.code, 3);
      assert.match(refused.stdout, /lib\/mail\.js, line 1, looks like a secret/);
      assert.doesNotMatch(refused.stdout, /of-this-very-environment/);
      assert.deepEqual(await pipeline.client.status(pipeline.service), before);
      const dry = await pipeline.deploy('--dry-run', ...target);
      assert.deepEqual([dry.code, reportOf(dry).outcome], [3, 'checked']);

      const accepted = await pipeline.deploy('--accept-findings', ...target);
      const { outcome, findings } = reportOf(accepted);
      assert.deepEqual([accepted.code, outcome], [0, 'online'], accepted.stdout);
      assert.deepEqual(
        findings.map(({ severity, code }) => `${severity} ${code}`),
        ['error leak', 'warning variableUnset'],
      );
    } finally {
      pipeline.remove('lib');
    }
  });

  it('has an exit code for each kind of refusal, and leaves the folder as it was', async () => {
    assert.equal((await pipeline.deploy()).code, 0);
    const before = pipeline.manifest;
    const refusals: [number, RegExp, Promise<Ended>][] = [
      [2, /--nothing/, pipeline.deploy('--nothing')],
      [2, /neither a version/, pipeline.deploy('--bump', 'sideways')],
      [2, /not higher than/, pipeline.deploy('--bump', '0.0.1')],
      [2, /no MISSING/, pipeline.deploy('--variable', 'MISSING')],
      [4, /FLEXSERVICE_TOKEN/, pipeline.deployWith({ FLEXSERVICE_TOKEN: '' })],
      [4, /sign in/i, pipeline.deployWith({ FLEXSERVICE_TOKEN: 'expired' }, '--bump', 'patch')],
      [
        7,
        /^The time .*--timeout.* ran out\.$/m,
        pipeline.deploy('--bump', 'patch', '--timeout', '0.00001'),
      ],
      [5, /127\.0\.0\.1:9/, pipeline.deployWith({ FLEXSERVICE_INSTANCE: 'http://127.0.0.1:9' })],
    ];
    for (const [expected, words, ending] of refusals) {
      const { code, stderr } = await ending;
      assert.equal(code, expected, stderr);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    }
    assert.equal(pipeline.manifest, before);
  });

  it('tells all that is in the way of a folder together, as far as it can be known', async () => {
    const codesOf = (ended: Ended) => reportOf(ended).findings.map(({ code }) => code);
    pipeline.writeService("require('left-out'); process.env.UNSET_HERE;");
    pipeline.write('package.json', '{"name":"tiny","version":"1.0.0","dependencies":{}}');

    const refused = await pipeline.deploy('--json', '--accept-findings');
    assert.equal(refused.code, 3);
    assert.match(refused.stdout, /"code":"preflightFailed","message":".*kinvey-flex-sdk.*left-out/);
    assert.deepEqual(codesOf(refused), ['noSdk', 'packageMissing', 'variableUnset']);

    const expired = await pipeline.deployWith({ FLEXSERVICE_TOKEN: 'expired' }, '--json');
    assert.equal(expired.code, 3);
    assert.deepEqual(codesOf(expired), ['noSdk', 'packageMissing', 'environmentUnchecked']);
    pipeline.remove('index.js');
    const { code, stderr } = await pipeline.deploy();
    assert.equal(code, 3);
    assert.match(stderr, /cannot be deployed:\n- .*kinvey-flex-sdk.*\n- There is no index\.js/);
  });
});
