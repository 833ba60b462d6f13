import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { AppError } from '../../../../src/core/base/errors';
import type { DeployEvent } from '../../../../src/core/deploy/deployment';
import { planBundle, type BundleFile } from '../../../../src/core/project/bundlePlan';
import { building, DeployTrial, failsWith, lock, manifest, online } from './deployTrial';
import { answer, parseUpload } from '../../../support/scriptedInstance';

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
    const look = (may: boolean) => (files: readonly BundleFile[]) => {
      looked.push(...files.map((file) => file.path));
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
    const planned = await planBundle(trial.folder);
    await trial.write('big', Buffer.alloc(10_485_760));

    await assert.rejects(trial.deploy({ bundle: planned }), failsWith('bundleTooLarge', /limit/));
    await trial.assertRestored();
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

  it('says that it does not know when it is cancelled after everything was sent', async () => {
    const abort = new AbortController();
    trial.instance.receive = async (request) => {
      await buffer(request);
      abort.abort();
    };

    await assert.rejects(
      trial.deploy({ signal: abort.signal }),
      failsWith('outcomeUnknown', /^Cancelled\. If all of it arrived, 1\.0\.1 may be deployed/),
    );
    await trial.assertRestored('unknown');
  });

  it('asks once, and not for long, when it is cancelled and the instance does not answer', async () => {
    const abort = new AbortController();
    let before = 0;
    trial.instance.receive = async (request) => {
      await buffer(request);
      before = trial.instance.asked.length;
      trial.instance.isSilent = true;
      abort.abort();
    };

    await assert.rejects(
      trial.deploy({ signal: abort.signal }),
      failsWith('outcomeUnknown', /^Cancelled\. If all of it arrived/),
    );

    assert.equal(trial.instance.asked.length - before, 1);
    await trial.assertRestored('unknown');
  });

  it('knows when the instance goes on although it was cancelled before the answer', async () => {
    const abort = new AbortController();
    trial.instance.receive = async (request) => {
      await buffer(request);
      trial.instance.statuses = [building('1.0.1')];
      abort.abort();
    };

    const { outcome, reason } = await trial.deploy({ signal: abort.signal });

    assert.equal(outcome, 'cancelled');
    assert.match(reason ?? '', /goes on deploying 1\.0\.1/);
    assert.match(await trial.read('package.json'), /1\.0\.1/);
    assert.equal(trial.last?.outcome, 'cancelled');
  });

  for (const [how, lose] of [
    ['cut', (cut: () => void) => cut()],
    ['a broken answer', undefined],
  ] as const) {
    it(`follows a job whose answer was lost (${how}) by the status, and uploads once`, async () => {
      trial.instance.receive = async (request, response) => {
        const body = await buffer(request);
        trial.instance.uploads.push(parseUpload(body, request.headers['content-type'] ?? ''));
        trial.instance.statuses = [building('1.0.1'), building('1.0.1'), online('1.0.1')];
        if (lose) {
          lose(() => request.socket.destroy());
        } else {
          answer(response, 200, {});
        }
      };

      const { outcome, job, version } = await trial.deploy();

      assert.deepEqual([outcome, job, version], ['online', '', '1.0.1']);
      assert.equal(trial.instance.uploads.length, 1);
      assert.match(await trial.read('package.json'), /1\.0\.1/);
      assert.equal(trial.last?.outcome, 'online');
      assert.ok(!trial.instance.asked.some((asked) => asked.startsWith('GET v4/jobs')));
    });
  }

  it('tells an old deploy of the same version from its own when the answer was lost', async () => {
    const before = { ...online('one'), requestedAt: '2026-01-01T00:00:00.000Z' };
    trial.instance.statuses = [before];
    trial.instance.receive = async (request) => {
      await buffer(request);
      request.socket.destroy();
    };

    await assert.rejects(trial.deploy({ version: 'one' }), failsWith('outcomeUnknown', /cut/));
    await trial.assertRestored('unknown');
  });

  it('knows that nothing arrived where nothing listens any more', async () => {
    trial.instance.endsEachConnection = true;
    trial.instance.statuses = [online('1.0.0')];
    const onEvent = ({ phase }: DeployEvent) => {
      if (phase === 'versioning') trial.instance.stop();
    };

    await assert.rejects(trial.deploy({ onEvent }), failsWith('unreachable', /nothing listens/));
    await trial.assertRestored();
  });

  it('says that it does not know when the instance is gone after the upload', async () => {
    trial.instance.receive = async (request) => {
      await buffer(request);
      trial.instance.stop();
    };

    await assert.rejects(
      trial.deploy(),
      failsWith('outcomeUnknown', /look at the status of orders/),
    );
    await trial.assertRestored('unknown');
  });
});
