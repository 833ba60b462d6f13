import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import type { UnsavedFile } from '../../../../../src/core/deploy/deployEvents';
import { createJsonMemory } from '../../../../support/jsonMemory';
import { answer } from '../../../../support/scriptedInstance';
import { DeployTrial, lock, manifest, online } from '../deployTrial';

describe('writeVersion', () => {
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

  /** Whenever something is remembered. */
  const onRemembered = (then: () => void | Promise<void>) => {
    const memory = createJsonMemory();
    return trial.rememberBy({
      ...memory,
      update: async (key, change) => {
        const value = await memory.update(key, change);
        await then();
        return value;
      },
    });
  };
  const pending = () => trial.core.records.pending.of(trial.folder)?.record;
  /** As soon as it is remembered what is about to be written. */
  const beforeItIsWritten = (then: () => void | Promise<void>) => {
    let isOver = false;
    return onRemembered(async () => {
      if (pending()?.edit && !isOver) {
        isOver = true;
        await then();
      }
    });
  };

  it('remembers its job, and what it writes, before it writes it', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const known: unknown[] = [];
    await onRemembered(async () => {
      const { job, edit } = pending() ?? {};
      const names = edit?.changes.map(({ file }) => path.basename(file));
      known.push([job, names, await trial.read('package.json')]);
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

  /** An editor of package.json with something in it that nobody saved. */
  const typeInto = () => {
    const file = path.join(trial.folder, 'package.json');
    const editor = {
      text: manifest.replace('orders', 'typed'),
      isDirty: true,
      edit: ([one, ...others]: Parameters<UnsavedFile['edit']>[0]) => {
        assert.ok(one && others.length === 0);
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

  it('sets the version where an editor holds what nobody saved, and leaves the file to it', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    const editor = typeInto();

    const { unwritten } = await trial.deploy({ unsaved: editor.unsaved });

    assert.equal(unwritten, undefined);
    assert.equal(editor.text, manifest.replace('orders', 'typed').replace('1.0.0', '1.0.1'));
    assert.equal(await trial.read('package.json'), manifest);
    assert.equal(await trial.read('package-lock.json'), lock.replaceAll('1.0.0', '1.0.1'));
  });

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
});
