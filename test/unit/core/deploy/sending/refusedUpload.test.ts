import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Vault } from '../../../../../src/core/deploy/vault/vault';
import { bundleLimit, planBundle } from '../../../../../src/core/project/bundlePlan';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { answer } from '../../../../support/scriptedInstance';
import { DeployTrial, failsWith, manifest, online } from '../deployTrial';

describe('DeployUpload: refused or broken off', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

  it('restores the files when the instance refuses', async () => {
    trial.instance.receive = async (request, response) => {
      await buffer(request);
      answer(response, 422, {
        code: 'ValidationError',
        description: 'Validation failed.',
        errors: [{ field: 'version', message: 'is too low' }],
      });
    };

    await assert.rejects(trial.deploy(), failsWith('rejected', /is too low/));
    await trial.assertRestored();
    assert.equal(trial.instance.asked.filter((asked) => asked === 'POST v4/jobs').length, 1);
  });

  it('hides the value of a variable that the instance quotes', async () => {
    trial.instance.receive = async (request, response) => {
      await buffer(request);
      answer(response, 422, { code: 'ValidationError', description: 'Bad value "new-secret".' });
    };

    await assert.rejects(
      trial.deploy({ variables: { ADDED: 'new-secret' } }),
      failsWith('rejected', /^Bad value "\[hidden\]"\.$/),
    );
    assert.doesNotMatch(trial.logged, /new-secret/);
  });

  it('changes nothing when the instance cannot be asked before', async () => {
    trial.instance.beforeAnswer = () => {
      throw new Error('cut');
    };

    await assert.rejects(trial.deploy(), failsWith('unreachable', /cannot be reached/));
    await trial.assertRestored();
    assert.deepEqual(trial.events, []);
  });

  it('restores the files when the connection is cut in the middle of the upload', async () => {
    await trial.write('big', randomBytes(8_000_000));
    trial.instance.receive = async (request) => {
      await once(request, 'data');
      request.socket.destroy();
    };

    await assert.rejects(trial.deploy(), failsWith('unreachable', /cut/));
    await trial.assertRestored();
  });

  it('restores the files when a file changes under the upload', async () => {
    await trial.write('big', randomBytes(8_000_000));
    trial.instance.receive = async (request) => {
      await once(request, 'data');
      await trial.write('big', '');
      request.resume();
    };

    await assert.rejects(trial.deploy(), failsWith('fileInvalid', /^big changed/));
    await trial.assertRestored();
  });

  it('refuses a bundle that outgrows the limit with its new version', async () => {
    await trial.write('index.js', '');
    await trial.write('package.json', manifest.padEnd(512));
    const { tarBytes } = await planBundle(trial.folder);
    await trial.write('big', Buffer.alloc(bundleLimit - tarBytes - 512));

    await assert.rejects(
      trial.deploy({ version: '1.0.10' }),
      failsWith('bundleTooLarge', /has 10486272 bytes by now; the limit is 10485760/),
    );
    assert.equal(await trial.read('package.json'), manifest.padEnd(512));
    assert.deepEqual(trial.instance.uploads, []);
  });

  it('restores the files when it is cancelled during the upload', async () => {
    await trial.write('big', randomBytes(8_000_000));
    const abort = new AbortController();
    trial.instance.receive = async (request) => {
      await once(request, 'data');
      abort.abort();
    };

    await assert.rejects(
      trial.deploy({ signal: abort.signal }),
      failsWith('cancelled', /Cancelled/),
    );
    await trial.assertRestored();
  });
});

describe('DeployUpload: the copy of what was refused', () => {
  let trial: DeployTrial;
  let directory = '';
  let vault: Vault;

  beforeEach(async () => {
    trial = await DeployTrial.start();
    directory = createScratchFolder('vault');
    vault = new Vault(directory, () => 1_000_000);
  });
  afterEach(() => {
    trial.end();
    removeScratchFolder(directory);
  });

  const copies = async () =>
    (await readdir(directory, { recursive: true })).filter((name) => name.includes('.'));
  const refuse = () => {
    trial.instance.receive = async (request, response) => {
      await buffer(request);
      answer(response, 422, { code: 'ValidationError', description: 'No such runtime.' });
    };
  };

  it('is not kept', async () => {
    refuse();

    await assert.rejects(trial.deploy({ vault }), failsWith('rejected', /No such runtime/));

    assert.deepEqual(await copies(), []);
  });

  it('stays where a deploy before has the same', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    await trial.deploy({ vault });
    const kept = await copies();
    refuse();

    await assert.rejects(trial.deploy({ vault }), failsWith('rejected', /No such runtime/));

    assert.deepEqual([kept.length, await copies()], [1, kept]);
  });

  it('is kept where the answer was lost, since the instance may have taken it', async () => {
    trial.instance.receive = async (request) => {
      await buffer(request);
      request.socket.destroy();
    };

    await assert.rejects(trial.deploy({ vault }), failsWith('outcomeUnknown', /1\.0\.1/));

    assert.ok(await vault.has(trial.folder, trial.last?.bundleHash ?? ''));
  });
});
