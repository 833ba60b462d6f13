import assert from 'node:assert/strict';
import { runningDeploy, runningFinding } from '../../../../../src/core/deploy/checks/runningDeploy';
import { building, DeployTrial, online } from '../deployTrial';

const told = { deployUserInfo: { email: 'bob@example.com' }, requestedAt: '2026-01-02T03:04:05Z' };

describe('a deploy that is under way already', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
  });
  afterEach(() => trial.end());

  it('is known with its version, who made it and when', () => {
    const running = { version: '1.0.1', by: 'bob@example.com', since: '2026-01-02T03:04:05Z' };
    assert.deepEqual(runningDeploy({ ...building('1.0.1'), ...told }), running);
    assert.deepEqual(runningDeploy({ status: 'BUILDING' })?.version, undefined);
    assert.equal(runningDeploy({ ...online('1.0.1'), ...told }), undefined);
    assert.equal(runningDeploy({ status: 'UPDATING', version: '1.0.0' }), undefined);

    const { severity, message, fix } = runningFinding(trial.target(), running);
    assert.deepEqual([severity, fix?.kind], ['warning', 'followDeploy']);
    assert.match(
      message,
      /^1\.0\.1 is being deployed to .*Development by bob@example\.com since 2026-.* not online yet/,
    );
  });

  it('is followed to its end, and nothing is remembered of it', async () => {
    trial.instance.statuses = [building('1.0.1'), building('1.0.1'), online('1.0.1')];
    const messages: string[] = [];

    const result = await trial.core.deployments.follow(
      trial.target(),
      '1.0.1',
      undefined,
      ({ message }) => messages.push(message),
    );

    assert.deepEqual([result.outcome, result.version, result.followed], ['online', '1.0.1', true]);
    assert.ok(messages.includes('Starting 1.0.1…'));
    assert.equal(trial.last, undefined);
    assert.ok(trial.instance.asked.every((asked) => asked.endsWith('/status')));
  });

  it('is told as failed where the status says so, with what its logs say', async () => {
    const deployment = { status: 'ERROR', version: '1.0.1' };
    const message = '/app/index.js:3\nfoo();\n^\n\nReferenceError: foo is not defined';
    const at = { timestamp: '2026-01-02T03:04:05Z', threshold: null, containerId: 'c' };
    trial.instance.logs = [{ ...at, _id: '1', message: `${message}\n\nNode.js v24.0.0` }];
    trial.instance.statuses = [
      building('1.0.1'),
      { status: 'ONLINE', version: '1.0.0', deployment },
    ];

    const result = await trial.core.deployments.follow(trial.target(), '1.0.1');

    assert.deepEqual([result.outcome, result.status?.version], ['failed', '1.0.0']);
    assert.match(result.reason ?? '', /1\.0\.1 did not start/);
    assert.equal(result.startupError?.message, 'ReferenceError: foo is not defined');
  });
});
