import assert from 'node:assert/strict';
import { online, DeployTrial } from '../deployTrial';

const handlers = { dataObjects: ['orders'], functions: ['price'], auth: [] };

describe('VersionResolver', () => {
  let trial: DeployTrial;
  const look = () => trial.core.versions.look(trial.target(), '1.0.0');
  const suggest = async (now: typeof handlers) => {
    const { bump, reasons } = await (await look()).suggest(Promise.resolve(now));
    return [bump, ...reasons].join(' ');
  };

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

  it('knows the local version, the deployed one and the highest that ever was', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.4.0')];
    await trial.deploy({ version: '1.4.0' });
    trial.instance.statuses = [{ ...online('1.0.2'), requestedAt: '2026-01-02T03:04:05.000Z' }];

    const { facts, highest, status } = await look();

    const versions = [facts.local, facts.cloud, facts.highest];
    assert.deepEqual(versions, ['1.0.0', '1.0.2', '1.4.0']);
    assert.equal(highest?.accountId, trial.target().account.id);
    assert.equal(status.requestedAt, '2026-01-02T03:04:05.000Z');
  });

  it('compares with what the last deployment had, as it is remembered', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    await trial.deploy({ handlers });
    // By now somebody has asked for an unknown object, which the service then has.
    trial.instance.discovery = { dataLink: { serviceObjects: ['orders', 'oders'] } };

    assert.equal(
      await suggest({ ...handlers, functions: [] }),
      'major Handlers gone: function price. 1.0.1 there is higher than 1.0.0 here.',
    );
    assert.match(await suggest(handlers), /^patch The handlers are the same\./);
  });

  it('counts a version that is online without all that was expected of it', async () => {
    trial.instance.discovery = { dataLink: { serviceObjects: ['orders'] } };
    trial.instance.statuses = [{ status: 'NEW' }, online('1.4.0')];
    assert.equal(
      (await trial.deploy({ version: '1.4.0', expected: handlers })).outcome,
      'incomplete',
    );
    trial.instance.statuses = [online('1.0.2')];

    assert.equal((await look()).facts.highest, '1.4.0');
    trial.instance.statuses = [online('1.4.0')];
    trial.instance.discovery = undefined;
    assert.match(await suggest(handlers), /^minor Handlers new: function price\./);
  });

  it('asks the instance what a version has that somebody else deployed', async () => {
    trial.instance.statuses = [{ status: 'NEW' }, online('1.0.1')];
    await trial.deploy({ handlers });
    trial.instance.statuses = [online('1.0.2')];
    trial.instance.discovery = { dataLink: { serviceObjects: ['orders'] } };

    assert.match(await suggest(handlers), /^minor Handlers new: function price\./);
  });

  it('suggests a patch where nobody tells what was deployed', async () => {
    trial.instance.statuses = [online('1.0.0')];

    assert.equal(await suggest(handlers), 'patch');
  });
});
