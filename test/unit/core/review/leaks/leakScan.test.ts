import assert from 'node:assert/strict';
import { isAppError } from '../../../../../src/core/base/errors';
import { planBundle } from '../../../../../src/core/project/bundlePlan';
import { scanBundle } from '../../../../../src/core/review/leaks/leakScan';
import { LeakTrial, letters, randomText } from './leakTrial';

describe('scanBundle', () => {
  let trial: LeakTrial;

  beforeEach(() => {
    trial = new LeakTrial();
  });
  afterEach(() => trial.end());

  it("finds the environment's own secret as it is, and nothing that only begins like it", async () => {
    await trial.put(
      'index.js',
      `const a = 'orders (v1)';\nconst b = 'orders (v1)x';\nconst c = 'ab';\n`,
    );

    assert.deepEqual(await trial.places(['orders (v1)', 'ab', '']), [
      'index.js:1 shared secret of the environment',
    ]);
    assert.deepEqual(await trial.places(), []);
  });

  it("finds the environment's own secret as JSON and addresses write it", async () => {
    const secret = `a "b"/c 'd' é=`;
    await trial.put(
      'index.js',
      [
        JSON.stringify({ header: `x\n${secret}` }),
        String.raw`'a "b"/c \'d\' é='`,
        `https://company.com/?secret=${encodeURIComponent(secret)}&x=1`,
        new URLSearchParams({ secret }).toString(),
        encodeURIComponent(secret).toLowerCase(),
        encodeURIComponent(`x${secret}`),
      ].join('\n'),
    );

    await trial.put('a.js', `'/?to=${encodeURIComponent(`a=${secret}`)}'`);

    const rule = 'shared secret of the environment';
    assert.deepEqual(await trial.places([secret]), [
      `a.js:1 ${rule}`,
      ...[1, 2, 3, 4, 5].map((line) => `index.js:${line} ${rule}`),
    ]);
  });

  it('knows a finding again when it moves, but not when its value changes', async () => {
    const idsOf = async (content: string) => {
      await trial.put('index.js', content);
      return (await trial.scan()).map(({ id }) => id);
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
      await trial.put('index.js', content.join('\n'));
      const leaks = await trial.scan();
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
    await trial.put('index.js', `connect({ apiKey: '${one}', secret: '${two}' });`);

    assert.deepEqual(
      (await trial.scan()).map(({ excerpt }) => excerpt),
      [`connect({ apiKey: '****'`, `connect({ apiKey: '****', secret: '****'`],
    );
  });

  it('finds secrets anywhere in a huge line and in UTF-16, and skips binary files', async () => {
    const token = `ghp_${randomText(36)}`;
    for (const distance of [0, 16_380, 65_500, 65_530, 131_060, 300_000]) {
      await trial.put(
        `at-${distance}.js`,
        `${'a,'.repeat(distance / 2)}"${token}"${',b'.repeat(50_000)}`,
      );
    }
    await trial.put('image.png', `\0\0"${token}"`);
    const wide = Buffer.from(`\uFEFF"${token}"${',b'.repeat(50_000)}`, 'utf16le');
    await trial.put('utf16-large.js', wide);
    await trial.put('utf16-le.js', wide.subarray(0, 500));
    await trial.put('utf16-be.js', Buffer.from(wide.subarray(0, 500)).swap16());

    const leaks = await trial.scan();

    assert.equal(leaks.length, 9);
    assert.ok(leaks.every(({ line, excerpt }) => line === 1 && excerpt.length <= 85));
  });

  it('names a file that is gone', async () => {
    await trial.put('index.js', 'x');
    const plan = await planBundle(trial.folder);
    trial.end();

    await assert.rejects(
      scanBundle(plan),
      (error) => isAppError(error, 'fileInvalid') && error.message.startsWith('index.js cannot'),
    );
  });

  it('stops when it is told to', async () => {
    await trial.put('index.js', 'x');
    const plan = await planBundle(trial.folder);

    await assert.rejects(scanBundle(plan, { signal: AbortSignal.abort() }), (error) =>
      isAppError(error, 'cancelled'),
    );
  });
});
