import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../../../../src/core/base/errors';
import {
  changedSince,
  planBundle,
  type BundlePlan,
} from '../../../../../src/core/project/bundlePlan';
import { createJsonMemory } from '../../../../support/jsonMemory';
import type { UnsavedFile } from '../../../../../src/core/deploy/deployEvents';
import { answer } from '../../../../support/scriptedInstance';
import { unpack } from '../../../../support/unpack';
import { DeployTrial, failsWith, lock, manifest, online } from '../deployTrial';

describe('DeployUpload', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

  let sent: Buffer;
  /** Once all of it arrived, before it is answered. */
  const whileItIsSent = (then: () => Promise<void>) => {
    trial.instance.receive = async (request, response) => {
      sent = await buffer(request);
      await then();
      answer(response, 202, { job: 'job-1' });
    };
  };

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

  it('writes the version only once the instance took it, and sends it all the same', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    whileItIsSent(() => trial.assertUntouched());

    await trial.deploy();

    assert.ok(sent.includes(manifest.replace('1.0.0', '1.0.1')));
    assert.ok(sent.includes(lock.replaceAll('1.0.0', '1.0.1')));
    assert.equal(await trial.read('package.json'), manifest.replace('1.0.0', '1.0.1'));
    assert.equal(await trial.read('package-lock.json'), lock.replaceAll('1.0.0', '1.0.1'));
    assert.equal(trial.last?.unwritten, undefined);
  });

  /** As soon as it is remembered what is about to be written. */
  const beforeItIsWritten = (then: () => void | Promise<void>) => {
    const memory = createJsonMemory();
    let isOver = false;
    return trial.rememberBy({
      ...memory,
      update: async (key, change) => {
        const value = await memory.update(key, change);
        const { edit } = trial.core.records.pending.of(trial.folder)?.record ?? {};
        if (edit && !isOver) {
          isOver = true;
          await then();
        }
        return value;
      },
    });
  };

  it('remembers its job, and what it writes, before it writes it', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const memory = createJsonMemory();
    const known: unknown[] = [];
    await trial.rememberBy({
      ...memory,
      update: async (key, change) => {
        const value = await memory.update(key, change);
        const { job, edit } = trial.core.records.pending.of(trial.folder)?.record ?? {};
        const names = edit?.changes.map(({ file }) => path.basename(file));
        known.push([job, names, await trial.read('package.json')]);
        return value;
      },
    });

    await trial.deploy();

    const written = known.findIndex((one) =>
      isDeepStrictEqual(one, ['job-1', ['package.json', 'package-lock.json'], manifest]),
    );
    assert.ok(written >= 0, JSON.stringify(known));
  });

  it('writes the version also into files that somebody went on in meanwhile', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const mine = manifest.replace('orders', 'my orders');

    whileItIsSent(() => trial.write('package.json', mine));

    const { unwritten } = await trial.deploy();

    assert.equal(unwritten, undefined);
    assert.equal(await trial.read('package.json'), mine.replace('1.0.0', '1.0.1'));
  });

  it('sets the version where an editor holds what nobody saved, and leaves the file to it', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const file = path.join(trial.folder, 'package.json');
    let text = manifest.replace('orders', 'typed');
    const edit: UnsavedFile['edit'] = ([one, ...others]) => {
      assert.ok(one && others.length === 0);
      text = text.slice(0, one.offset) + one.content + text.slice(one.offset + one.length);
      return Promise.resolve();
    };
    const unsaved = (name: string) => (name === file ? { text, edit } : undefined);

    const { unwritten } = await trial.deploy({ unsaved });

    assert.equal(unwritten, undefined);
    assert.equal(text, manifest.replace('orders', 'typed').replace('1.0.0', '1.0.1'));
    assert.equal(await trial.read('package.json'), manifest);
    assert.equal(await trial.read('package-lock.json'), lock.replaceAll('1.0.0', '1.0.1'));
  });

  /** An editor of package.json with something in it that nobody saved. */
  const typeInto = () => {
    const file = path.join(trial.folder, 'package.json');
    const editor = {
      text: manifest.replace('orders', 'typed'),
      isDirty: true,
      edit: ([one]: Parameters<UnsavedFile['edit']>[0]) => {
        assert.ok(one);
        const { text } = editor;
        editor.text = text.slice(0, one.offset) + one.content + text.slice(one.offset + one.length);
        return Promise.resolve();
      },
      save: async () => {
        editor.isDirty = false;
        await trial.write('package.json', editor.text);
      },
      unsaved: (name: string): UnsavedFile | undefined =>
        name === file && editor.isDirty ? { text: editor.text, edit: editor.edit } : undefined,
    };
    return editor;
  };

  it('sets the version where it stands by then in an editor that is typed into', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const editor = typeInto();
    await beforeItIsWritten(() => {
      editor.text = editor.text.replace('typed', 'typed once more');
    });

    await trial.deploy({ unsaved: editor.unsaved });

    const typed = manifest.replace('orders', 'typed once more');
    assert.equal(editor.text, typed.replace('1.0.0', '1.0.1'));
  });

  it('writes the version into the file of an editor that is saved by then', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const editor = typeInto();
    await beforeItIsWritten(editor.save);

    const { unwritten } = await trial.deploy({ unsaved: editor.unsaved });

    assert.equal(unwritten, undefined);
    const typed = manifest.replace('orders', 'typed');
    assert.equal(await trial.read('package.json'), typed.replace('1.0.0', '1.0.1'));
  });

  it('writes nothing where an editor takes no change, and says so', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const editor = typeInto();
    editor.edit = () => Promise.reject(new Error('It takes no change.'));

    const { unwritten } = await trial.deploy({ unsaved: editor.unsaved });

    assert.equal(unwritten, '1.0.1 is not written into the folder. It takes no change.');
    await trial.assertUntouched();
  });

  it('says which version an editor was saved with where its job failed and the version is free', async () => {
    const editor = typeInto();
    trial.instance.jobs = [{ status: 'FAILED', progress: 'npm failed' }];
    trial.instance.beforeAnswer = (asked) => {
      if (asked === 'GET v4/jobs/job-1')
        writeFileSync(path.join(trial.folder, 'package.json'), editor.text);
    };

    const { outcome, reason } = await trial.deploy({ unsaved: editor.unsaved });

    assert.equal(outcome, 'failed');
    assert.equal(reason, 'npm failed package.json changed meanwhile: look at the version.');
    assert.equal(await trial.read('package-lock.json'), lock);
  });

  for (const [text, reason] of [
    ['{ "name": ', /^1\.0\.1 is not written into the folder\. package\.json, line 1/],
    [manifest.replace('1.0.0', '2.0.0'), /package\.json got the version 2\.0\.0 meanwhile\.$/],
  ] as const) {
    it(`writes nothing where an editor holds ${JSON.stringify(text)}, and says so`, async () => {
      trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
      const edit = () => assert.fail('nothing is to be edited');

      const { unwritten } = await trial.deploy({ unsaved: () => ({ text, edit }) });

      assert.match(unwritten ?? '', reason);
      await trial.assertUntouched();
    });
  }

  for (const [what, content, reason] of [
    [
      'another version',
      manifest.replace('1.0.0', '3.0.0'),
      /^1\.0\.1 is not written.*json got the version 3\.0\.0 meanwhile\.$/,
    ],
    ['no JSON', '{', /^1\.0\.1 is not written into the folder\. package\.json, line 1/],
  ] as const) {
    it(`says that a file has ${what} by now, and leaves it alone; the deploy goes on`, async () => {
      trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];

      whileItIsSent(() => trial.write('package.json', content));

      const result = await trial.deploy();

      assert.equal(result.outcome, 'online');
      assert.match(result.unwritten ?? '', reason);
      assert.equal(trial.last?.unwritten, result.unwritten);
      assert.equal(await trial.read('package.json'), content);
      assert.equal(await trial.read('package-lock.json'), lock);
    });
  }

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
