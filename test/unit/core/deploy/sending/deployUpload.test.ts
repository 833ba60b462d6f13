import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { AppError } from '../../../../../src/core/base/errors';
import { Vault } from '../../../../../src/core/deploy/vault/vault';
import {
  bundleLimit,
  changedSince,
  planBundle,
  type BundlePlan,
} from '../../../../../src/core/project/bundlePlan';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { unpack } from '../../../../support/unpack';
import { DeployTrial, failsWith, lock, manifest, online } from '../deployTrial';

describe('DeployUpload', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

  it('sends the bundle with the new version in it, exactly as planned', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.10')];

    await trial.deploy({ version: '1.0.10', runtime: 'flex-runtime-node12' });

    const [upload] = trial.instance.uploads;
    assert.ok(upload);
    assert.equal(upload.type, 'deployService');
    assert.deepEqual(upload.params, {
      serviceId: 'service-1',
      serviceEnvironmentId: 'env-1',
      version: '1.0.10',
      runtime: 'flex-runtime-node12',
    });
    assert.equal(upload.tar.length, (await planBundle(trial.folder)).tarBytes);
    assert.ok(upload.tar.includes(manifest.replace('1.0.0', '1.0.10')));
    assert.ok(upload.tar.includes(lock.replaceAll('1.0.0', '1.0.10')));
  });

  it('sends, hashes and keeps the same bytes, of small files as of large ones', async () => {
    const directory = createScratchFolder('vault');
    for (let index = 0; index < 300; index++) {
      const bytes = index % 50 === 0 ? 200_000 : 100 * index;
      await trial.write(`${index}.txt`, randomBytes(bytes / 2).toString('hex'));
    }
    const vault = new Vault(directory, () => bundleLimit);

    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];

    await trial.deploy({ vault });

    const hashOf = (tar: Buffer) => createHash('sha256').update(tar).digest('hex');
    const [upload] = trial.instance.uploads;
    const { bundleHash } = trial.last ?? {};
    assert.ok(upload && bundleHash !== undefined);
    assert.equal(hashOf(upload.tar), bundleHash);
    assert.equal(hashOf(await buffer(await vault.read(trial.folder, bundleHash))), bundleHash);
    const files = await unpack(upload.tar);
    for (let index = 0; index < 300; index++) {
      const name = `${index}.txt`;
      const content = await readFile(path.join(trial.folder, name), 'utf8');
      assert.equal(files.get(name)?.content, content, name);
    }
    removeScratchFolder(directory);
  });

  it('sends as written also what links lead to a file with the version by', async () => {
    await mkdir(path.join(trial.folder, 'lib'));
    await symlink('../package.json', path.join(trial.folder, 'lib/package.json'));
    await symlink('package-lock.json', path.join(trial.folder, 'npm-shrinkwrap.json'));
    await symlink('lib', path.join(trial.folder, 'linked'));
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];

    const { unwritten } = await trial.deploy();

    assert.equal(unwritten, undefined);
    const entries = await unpack(trial.instance.uploads[0]?.tar ?? Buffer.of());
    const files = [...entries].filter(([, { type }]) => type === 'File');
    assert.equal(files.length, 6);
    for (const [name, { content }] of files) assert.equal(content, await trial.read(name), name);
    assert.equal(await trial.read('lib/package.json'), manifest.replace('1.0.0', '1.0.1'));
  });

  it('leaves the files alone when the version is kept', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.0')];

    const { outcome } = await trial.deploy({ version: '1.0.0' });

    assert.equal(outcome, 'online');
    assert.equal(await trial.read('package.json'), manifest);
    assert.ok(!trial.messages().some((message) => message.includes('version')));
  });

  it('sends the version that was chosen where package.json changed meanwhile, also to keep it', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.0')];
    await trial.write('package.json', manifest.replace('1.0.0', '1.0.9'));

    await trial.deploy({ version: '1.0.0' });

    assert.ok(trial.instance.uploads[0]?.tar.includes(manifest));
    assert.equal(await trial.read('package.json'), manifest);
  });

  it('leaves the folder alone where something else is sent again', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.7')];

    await trial.deploy({ version: '1.0.7', again: '1.0.0' });

    await trial.assertRestored('online');
  });

  it('has looked at what changed since the bundle was planned, before anything is sent', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const bundle = await planBundle(trial.folder);
    await trial.write('late.pem', 'key');
    await trial.write('index.js', '// other orders');
    const looked: string[] = [];
    const refusal = new AppError('preflightFailed', 'late.pem looks like a secret.');
    const look = (may: boolean) => (now: BundlePlan) => {
      looked.push(...changedSince(bundle, now).map((file) => file.path));
      return may ? Promise.resolve(true) : Promise.reject(refusal);
    };

    await assert.rejects(trial.deploy({ bundle, recheck: look(false) }), refusal);
    await trial.assertRestored();
    assert.equal(trial.instance.uploads.length, 0);

    const { outcome } = await trial.deploy({ bundle, recheck: look(true) });
    assert.equal(outcome, 'online');
    assert.deepEqual(looked, ['index.js', 'late.pem', 'index.js', 'late.pem']);
    assert.equal(trial.core.records.last(trial.folder)?.copy, 'leaks');
  });

  it('sends nothing where what was planned cannot be sent any more', async () => {
    await mkdir(path.join(trial.folder, 'lib'));
    await trial.write('lib/prices.js', '// prices');
    const bundle = await planBundle(trial.folder);
    await rm(path.join(trial.folder, 'lib'), { recursive: true });
    await symlink('nowhere', path.join(trial.folder, 'lib'));

    await assert.rejects(
      trial.deploy({ bundle, recheck: () => Promise.resolve(false) }),
      failsWith(
        'fileInvalid',
        /^lib\/prices\.js cannot be sent any more \(link that leads nowhere\)/,
      ),
    );

    await trial.assertRestored();
    assert.equal(trial.instance.uploads.length, 0);
  });

  it('sends nothing without what the instance starts or installs the service with', async () => {
    const bundle = await planBundle(trial.folder);
    const refused = (name: string) =>
      assert.rejects(
        trial.deploy({ bundle, recheck: () => Promise.resolve(false) }),
        failsWith('fileInvalid', new RegExp(`^${name} would not be sent any more`)),
      );

    await trial.write('.kinveyignore', '/package.json\n');
    await refused('package.json');
    await rm(path.join(trial.folder, '.kinveyignore'));
    await rm(path.join(trial.folder, 'index.js'));
    await refused('index.js');

    assert.equal(trial.instance.uploads.length, 0);
  });

  it('changes and sends nothing where somebody else deployed while the version was chosen', async () => {
    const other = { ...online('1.0.5'), deployUserInfo: { email: 'bob@example.com' } };
    trial.instance.statuses = [other];

    await assert.rejects(
      trial.deploy({ seen: online('1.0.0') }),
      failsWith('versionMoved', /orders · Development got 1\.0\.5 by bob@example\.com meanwhile/),
    );

    await trial.assertRestored();
    assert.equal(trial.instance.uploads.length, 0);
    trial.instance.statuses = [other, online('1.0.6')];
    const { outcome } = await trial.deploy({ version: '1.0.6', seen: online('1.0.5') });
    assert.equal(outcome, 'online');
  });

  it('merges the variables it is given over those of the environment, and tells nobody', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    trial.instance.variables = { KEPT: 'old-secret', CHANGED: 'old-secret' };

    await trial.deploy({ variables: { CHANGED: 'new-secret', ADDED: 'new-secret' } });

    assert.deepEqual(trial.instance.uploads[0]?.params.environmentVariables, {
      KEPT: 'old-secret',
      CHANGED: 'new-secret',
      ADDED: 'new-secret',
    });
    assert.doesNotMatch(trial.logged + JSON.stringify([trial.events, trial.last]), /secret/);
  });

  it('does not touch the variables when it is given none', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];

    await trial.deploy();

    assert.equal('environmentVariables' in (trial.instance.uploads[0]?.params ?? {}), false);
    assert.ok(!trial.instance.asked.some((asked) => asked.endsWith('/environments')));
  });
});
