import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import type { DeployEvent } from '../../../../../src/core/deploy/deployment';
import { answer, parseUpload } from '../../../../support/scriptedInstance';
import { building, DeployTrial, failsWith, online } from '../deployTrial';

describe('DeployUpload: the answer is lost', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

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

  it("takes nobody else's deploy of the same version for its own when the answer was lost", async () => {
    let by = 'bob@example.com';
    trial.instance.receive = async (request) => {
      await buffer(request);
      trial.instance.statuses = [{ ...online('1.0.1'), deployUserInfo: { email: by } }];
      request.socket.destroy();
    };

    await assert.rejects(trial.deploy(), failsWith('outcomeUnknown', /may be deployed/));
    await trial.assertRestored('unknown');

    by = 'Ann@example.com';
    trial.instance.statuses = [online('1.0.0')];
    assert.equal((await trial.deploy()).outcome, 'online');
  });

  it('knows that nothing arrived where nothing listens any more', async () => {
    trial.instance.endsEachConnection = true;
    trial.instance.statuses = [online('1.0.0')];
    const onEvent = ({ phase }: DeployEvent) => {
      if (phase === 'uploading') trial.instance.stop();
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
