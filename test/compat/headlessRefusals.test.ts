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
    assert.ok(own.stderr.startsWith(`warning[leftOut]: ${message}`), own.stderr);
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

      const accepted = await pipeline.deploy('--accept', 'leak', ...target);
      const { outcome, findings } = reportOf(accepted);
      assert.deepEqual([accepted.code, outcome], [0, 'online'], accepted.stdout);
      assert.deepEqual(
        findings.map((one) => [one.severity, one.code, one.accepted]),
        [
          ['error', 'leak', true],
          ['warning', 'variableUnset', undefined],
        ],
      );
    } finally {
      pipeline.remove('lib');
    }
  });

  it('accepts what it is told to, and tells of it as of what it still refuses', async () => {
    const before = await pipeline.client.status(pipeline.service);
    pipeline.write('mail.js', "exports.key = 'AKIAIOSFODNN7EXAMPLZ';\n");
    pipeline.write('pay.js', "exports.key = 'AKIAIOSFODNN7EXAMPLY';\n");
    try {
      const told = async (...args: string[]) => {
        const { code, stdout, stderr } = await pipeline.deploy('--dry-run', ...args);
        const lines = stderr.split('\n').map((line) => /^[^:]*: \w+\.js/.exec(line)?.[0] ?? line);
        return [code, / would (not )?be sent/.exec(stdout)?.[0], ...lines];
      };
      const one = ['--accept', 'leak:mail.js', '--bump', 'major'];
      const refused = [
        3,
        ' would not be sent',
        'accepted[leak]: mail.js',
        'error[leak]: pay.js',
        '',
      ];
      assert.deepEqual(await told(...one), refused);
      const sent = [0, ' would be sent', 'accepted[leak]: mail.js', 'accepted[leak]: pay.js', ''];
      assert.deepEqual(await told(...one, '--accept', 'leak:./pay.js'), sent);
      assert.deepEqual(await told('--bump', 'major', '--accept-findings'), sent);
      const unused = [
        'warning[acceptUnused]: --accept syntaxError fits nothing that was found.',
        '',
      ];
      const further = await told(...one, '--accept', 'leak', '--accept', 'syntaxError');
      assert.deepEqual(further, [...sent.slice(0, -1), ...unused]);

      const { code, stderr } = await pipeline.deploy(...one);
      assert.equal(code, 3);
      assert.match(
        stderr,
        /^accepted\[leak\]: mail\.js.*\nerror\[leak\]: pay\.js.*\n\S+ cannot be deployed: an error was found\.\n$/,
      );
      assert.deepEqual(await pipeline.client.status(pipeline.service), before);
    } finally {
      pipeline.remove('mail.js');
      pipeline.remove('pay.js');
    }
  });

  it('has an exit code for each kind of refusal, and leaves the folder as it was', async () => {
    assert.equal((await pipeline.deploy()).code, 0);
    const before = pipeline.manifest;
    const refusals: [number, RegExp, Promise<Ended>][] = [
      [2, /--nothing/, pipeline.deploy('--nothing')],
      [2, /neither a version/, pipeline.deploy('--bump', 'sideways')],
      [2, /not higher than/, pipeline.deploy('--bump', '0.0.1')],
      [2, /one of leak, syntaxError, /, pipeline.deploy('--accept', 'leek')],
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
    assert.deepEqual(reportOf(refused).error, {
      code: 'preflightFailed',
      message: `${pipeline.folder} cannot be deployed: an error was found.`,
    });
    assert.deepEqual(codesOf(refused), ['noSdk', 'packageMissing', 'variableUnset']);
    assert.deepEqual(
      reportOf(refused).findings.map(({ accepted }) => accepted),
      [undefined, true, undefined],
    );

    const expired = await pipeline.deployWith({ FLEXSERVICE_TOKEN: 'expired' }, '--json');
    assert.equal(expired.code, 3);
    assert.deepEqual(codesOf(expired), ['noSdk', 'packageMissing', 'environmentUnchecked']);
    pipeline.remove('index.js');
    const { code, stderr } = await pipeline.deploy();
    assert.equal(code, 3);
    const [noSdk, noIndex, end, ...more] = stderr.split('\n');
    assert.match(noSdk ?? '', /^error\[noSdk\]: package\.json does not have kinvey-flex-sdk/);
    assert.match(noIndex ?? '', /^error\[noIndex\]: There is no index\.js/);
    assert.equal(end, `${pipeline.folder} cannot be deployed: 2 errors were found.`);
    assert.deepEqual(more, [''], 'once');
  });
});
