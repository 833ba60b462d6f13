import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { AppError, messageOf } from '../../../../../src/core/base/errors';
import type { DeployResult } from '../../../../../src/core/deploy/deployment';
import { until } from '../../../../support/until';
import { building, DeployTrial, manifest, online } from '../deployTrial';

const status = 'GET v4/services/service-1/environments/env-1/status';

type Start = (signal: AbortSignal) => Promise<DeployResult | undefined>;

/** What is held back is answered only after the deploy has ended: nothing can have waited for it. */
describe('cancelling a deploy', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
    trial.instance.jobs = [{ status: 'RUNNING', progress: '' }];
    trial.instance.statuses = [online('1.0.0'), building('1.0.1')];
  });
  afterEach(() => trial.end());

  /** Cancels as soon as the instance owes an answer; what a person is told, and still owed then. */
  const cancelWhile = async (
    holds: (asked: string) => boolean,
    start: Start = deploy,
    why?: AppError,
  ) => {
    const abort = new AbortController();
    trial.instance.holds = holds;
    const ending = start(abort.signal).then((result) => result?.reason, messageOf);
    await until('the instance to hold something back', () => trial.instance.holding === 1);
    abort.abort(why);
    const told = await ending;
    const owed = trial.instance.holding;
    trial.instance.release();
    return { told, owed };
  };
  const deploy: Start = (signal) => trial.deploy({ signal });
  const recycle: Start = (signal) => trial.core.deployments.recycle(trial.target(), signal);
  const update: Start = (signal) =>
    trial.core.deployments.update(trial.target(), { set: { ADDED: 'x' } }, signal);
  const hasUploaded = () => trial.instance.uploads.length > 0;

  it('ends it while the instance owes its status, and nothing was sent', async () => {
    assert.deepEqual(await cancelWhile((asked) => asked === status), {
      told: 'Cancelled.',
      owed: 1,
    });

    assert.deepEqual(trial.instance.asked, [status]);
    await trial.assertRestored();
  });

  it('ends it while the instance reads nothing of what is sent, and takes the version back', async () => {
    await trial.write('big', randomBytes(8_000_000));

    const ended = await cancelWhile((asked) => asked === 'POST v4/jobs');

    assert.deepEqual(ended, { told: 'Cancelled.', owed: 1 });
    assert.ok(!hasUploaded());
    await trial.assertRestored();
  });

  it('says why, where whoever ended it does', async () => {
    const why = new AppError('cancelled', 'It was too late.');

    const asking = (asked: string) => asked === status;
    assert.equal((await cancelWhile(asking, deploy, why)).told, why.message);

    const watching = (asked: string) => asked === 'GET v4/jobs/job-1';
    assert.equal(
      (await cancelWhile(watching, deploy, why)).told,
      'It was too late. No longer watched: the instance goes on deploying 1.0.1.',
    );
  });

  for (const [what, question] of [
    ['how its job is', 'GET v4/jobs/job-1'],
    ['its status', status],
  ] as const) {
    it(`ends it while the instance owes ${what}, and says what goes on there`, async () => {
      const ended = await cancelWhile((asked) => asked === question && hasUploaded());

      const told = 'No longer watched: the instance goes on deploying 1.0.1.';
      assert.deepEqual(ended, { told, owed: 1 });
      assert.equal(trial.events.at(-1)?.message, told);
      // Which is told where a question is given up by itself.
      assert.ok(!trial.messages().some((message) => message.includes('cannot be reached')));
      assert.deepEqual([trial.last?.outcome, trial.last?.reason], ['cancelled', told]);
      assert.equal(await trial.read('package.json'), manifest.replace('1.0.0', '1.0.1'));
    });
  }

  for (const [what, start, question, may] of [
    ['recycle', recycle, 'POST v4/jobs', 'restart'],
    ['update', update, 'PUT v4/services/service-1/environments/env-1', 'update'],
  ] as const) {
    it(`ends the waiting of ${what === 'update' ? 'an' : 'a'} ${what}, and says what the instance may do all the same`, async () => {
      const ended = await cancelWhile((asked) => asked === question, start);

      const told = `Cancelled. The instance may ${may} the service all the same: look at the status of orders · Development.`;
      assert.deepEqual(ended, { told, owed: 1 });
      assert.deepEqual([trial.last?.outcome, trial.last?.reason], ['unknown', told]);
    });
  }

  it('changes nothing where an update is cancelled before it is sent', async () => {
    const ended = await cancelWhile((asked) => asked.endsWith('/environments'), update);

    assert.deepEqual(ended, { told: 'Cancelled.', owed: 1 });
    assert.deepEqual(trial.instance.updates, []);
    assert.equal(trial.last, undefined);
  });
});
