import assert from 'node:assert/strict';
import { DeployTrial } from '../deployTrial';

describe('findFailure', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
    trial.instance.variables = { DB_URL: 'mongodb://admin:Tr0ub4dor-x@h/d', REGION: 'eu' };
    const deployment = { status: 'ERROR', version: '1.0.1' };
    trial.instance.statuses = [{ status: 'NEW' }, { status: 'ERROR', deployment }];
  });
  afterEach(() => trial.end());

  const fails = (message: string) => {
    const lines = ['/app/index.js:3', 'connect();', '^', '', `Error: ${message}`];
    const stack = ['    at boot (/app/index.js:3:3)', '', 'Node.js v24.0.0'];
    const timestamp = '2026-01-02T03:04:05Z';
    const raw = { _id: '1', containerId: 'c', threshold: null, timestamp };
    trial.instance.logs = [{ ...raw, message: [...lines, ...stack].join('\n') }];
  };

  it("hides the values of the environment, the deploy's own and the shared secret", async () => {
    fails('no mongodb://admin:Tr0ub4dor-x@h/d in eu by new-value and s3cret');

    const { startupError } = await trial.deploy({ variables: { ADDED: 'new-value' } });

    const { message, stack } = startupError ?? {};
    assert.equal(message, 'Error: no [hidden] in eu by [hidden] and [hidden]');
    assert.deepEqual(stack, ['at boot (/app/index.js:3:3)']);
    assert.equal(trial.last?.startupError?.message, message);
  });

  it('hides what an update sets and what it replaces', async () => {
    trial.instance.statuses = [
      { status: 'ONLINE', version: '1.0.1' },
      { status: 'ERROR', version: '1.0.1' },
    ];
    fails('first mongodb://admin:Tr0ub4dor-x@h/d, then changed-value');

    const change = { set: { DB_URL: 'changed-value' } };
    const result = await trial.core.deployments.update(trial.target(), change);

    assert.equal(result?.startupError?.message, 'Error: first [hidden], then [hidden]');
  });

  it('tells no part of a value that is longer than what is told of a message', async () => {
    const key = '0123456789abcdef'.repeat(200);
    trial.instance.variables = { KEY: key };
    fails(`bad key ${key}`);

    assert.equal((await trial.deploy()).startupError?.message, 'Error: bad key [hidden]');
  });

  it("hides them in somebody else's deploy", async () => {
    fails('no mongodb://admin:Tr0ub4dor-x@h/d');

    const { startupError } = await trial.core.deployments.follow(trial.target(), '1.0.1');

    assert.equal(startupError?.message, 'Error: no [hidden]');
  });

  it('tells nothing where another window sent variables, whose values only that one knew', async () => {
    fails('no new-value');
    const record = await trial.send({ variables: { ADDED: 'new-value' } });
    const other = await trial.openWindow();

    const { outcome, startupError } = await other.deployments.resume(record);

    other.services.dispose();
    assert.deepEqual([outcome, startupError], ['failed', undefined]);
    assert.doesNotMatch(JSON.stringify(trial.last), /new-value/);
  });

  it('tells nothing where the values are not to be had, and that in the log', async () => {
    fails('no mongodb://admin:Tr0ub4dor-x@h/d');
    trial.instance.beforeAnswer = (asked) => {
      if (asked.endsWith('/environments')) throw new Error('cut');
    };

    const { outcome, reason, startupError } = await trial.deploy();

    assert.deepEqual([outcome, startupError], ['failed', undefined]);
    assert.match(reason ?? '', /1\.0\.1 did not start/);
    assert.match(trial.logged, /why it did not start cannot be told/);
    assert.doesNotMatch(trial.logged, /Tr0ub4dor/);
  });
});
