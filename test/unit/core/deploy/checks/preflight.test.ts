import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isAppError } from '../../../../../src/core/base/errors';
import { checkFolder } from '../../../../../src/core/deploy/checks/preflight';
import { bundleLimit, planBundle } from '../../../../../src/core/project/bundlePlan';

const sound = {
  'package.json': '{"version":"1.0.0","dependencies":{"kinvey-flex-sdk":"^3.3.0"}}',
  'index.js': '// orders',
  '.kinvey': '{"dev":{"flex":{"serviceId":"s","svcEnvId":"e"}}}',
};

describe('checkFolder', () => {
  let scratch = '';
  let folder = '';
  const put = (name: string, text: string | Buffer) => writeFile(path.join(folder, name), text);
  const codes = async () => (await checkFolder(folder)).problems.map((problem) => problem.code);
  const onlyProblem = async () => {
    const { problems } = await checkFolder(folder);
    assert.equal(problems.length, 1, JSON.stringify(problems));
    return problems[0];
  };

  beforeEach(async () => {
    scratch = await mkdtemp(path.join(os.tmpdir(), 'flex-preflight-'));
    folder = path.join(scratch, 'orders');
    await mkdir(folder);
    for (const [name, text] of Object.entries(sound)) {
      await put(name, text);
    }
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  it('finds nothing in a sound folder, and hands on what it read', async () => {
    const { problems, manifest, bundle } = await checkFolder(folder);

    assert.deepEqual(problems, []);
    assert.equal(manifest?.version, '1.0.0');
    assert.equal(bundle?.files.length, 2);
  });

  it('tells all problems at once', async () => {
    await put('package.json', '{"version":"1.0.0",\n}');
    await rm(path.join(folder, 'index.js'));
    await rm(path.join(folder, '.kinvey'));
    await put('big', Buffer.alloc(bundleLimit));

    assert.deepEqual(await codes(), ['notBound', 'manifestInvalid', 'noIndex', 'bundleTooLarge']);
  });

  it('offers to bind a folder that is not bound', async () => {
    await rm(path.join(folder, '.kinvey'));

    assert.deepEqual((await onlyProblem())?.fix, { kind: 'bindFolder', name: 'orders' });
  });

  it('names the line of a broken package.json', async () => {
    await put('package.json', '{\n  "version": "1.0.0",\n}');

    const problem = await onlyProblem();

    assert.equal(problem?.code, 'manifestInvalid');
    assert.equal(problem.line, 2);
    assert.equal(problem.file, path.join(folder, 'package.json'));
    assert.match(problem.message, /line 2/);
  });

  for (const [text, code] of [
    ['""', 'notBound'],
    ['{', 'notBound'],
    ['{"dev":{"flex":{}}}', 'notBound'],
  ]) {
    it(`is not bound by a .kinvey that holds ${text ?? ''}`, async () => {
      await put('.kinvey', text ?? '');

      assert.deepEqual(await codes(), [code]);
    });
  }

  it('wants the SDK among the dependencies', async () => {
    await put('package.json', '{"devDependencies":{"kinvey-flex-sdk":"3.3.0"}}');

    assert.deepEqual(await codes(), ['noSdk']);
  });

  it('takes a package.json without a version, since the deploy sets one', async () => {
    await put('package.json', '{"dependencies":{"kinvey-flex-sdk":"3.3.0"}}');

    assert.deepEqual(await codes(), []);
  });

  it('wants an index.js with exactly this name, as a file', async () => {
    await rm(path.join(folder, 'index.js'));
    await mkdir(path.join(folder, 'index.js'));

    const problem = await onlyProblem();

    assert.equal(problem?.code, 'noIndex');
    assert.match(problem.message, /exactly this name/);
  });

  it('says why an index.js is not deployed', async () => {
    await rm(path.join(folder, 'index.js'));
    await writeFile(path.join(scratch, 'shared.js'), '');
    await symlink('../shared.js', path.join(folder, 'index.js'));

    assert.match((await onlyProblem())?.message ?? '', /link that leaves the folder/);
  });

  it('says why a package.json is not deployed, without which nothing can be installed', async () => {
    await put('.kinveyignore', '*.json');

    const problem = await onlyProblem();

    assert.equal(
      problem?.message,
      'package.json is not deployed (*.json (.kinveyignore:1)), but the instance installs the service with it.',
    );
    assert.equal(problem.file, path.join(folder, 'package.json'));
  });

  it('counts the limit in bytes of tar, to the block', async () => {
    const { tarBytes } = await planBundle(folder);
    await put('big', Buffer.alloc(bundleLimit - tarBytes - 512));

    assert.equal((await planBundle(folder)).tarBytes, bundleLimit);
    assert.deepEqual(await codes(), []);

    await put('big', Buffer.alloc(bundleLimit - tarBytes - 511));

    assert.deepEqual(await codes(), ['bundleTooLarge']);
  });

  it('names the ten largest files of a bundle that is too large', async () => {
    for (let size = 1; size <= 12; size += 1) {
      await put(`file-${size}`, Buffer.alloc(size * 256 * 1024));
    }

    const message = (await onlyProblem())?.message ?? '';

    assert.match(message, /19\.5 MB .*10\.0 MB \(10,485,760 bytes\)/);
    assert.match(message, /file-12 \(3\.0 MB\), file-11 .*, file-3 \(768 KB\)\.$/);
    assert.doesNotMatch(message, /file-2 |file-1 /);
  });

  it('finds an empty folder', async () => {
    for (const name of Object.keys(sound)) {
      await rm(path.join(folder, name));
    }

    assert.deepEqual(await codes(), ['notBound', 'manifestInvalid', 'bundleEmpty']);
  });

  it('throws where there is no folder', async () => {
    await rm(folder, { recursive: true });

    await assert.rejects(checkFolder(folder), (error) => isAppError(error, 'noFolder'));
  });
});
