import assert from 'node:assert/strict';
import { building, DeployTrial, failsWith, online } from './deployTrial';

describe('Deployments.update', () => {
  let trial: DeployTrial;

  beforeEach(async () => {
    trial = await DeployTrial.start();
    trial.instance.variables = { KEPT: 'one', OLD: 'two' };
    trial.instance.runtime = 'flex-runtime-node10';
    trial.instance.statuses = [online('1.0.0'), building('1.0.0'), online('1.0.0')];
  });
  afterEach(() => trial.end());

  const update = (change: Parameters<typeof trial.core.deployments.update>[1]) =>
    trial.core.deployments.update(trial.target(), change, undefined, (event) =>
      trial.events.push(event),
    );
  const secretValue = 'top-secret-value';

  it('changes what it is told to and keeps the rest, then watches as after a deploy', async () => {
    const result = await update({ set: { ADDED: secretValue }, unset: ['OLD'] });

    assert.deepEqual(trial.instance.updates, [
      {
        name: 'Development',
        secret: 's3cret',
        environmentVariables: { KEPT: 'one', ADDED: secretValue },
      },
    ]);
    assert.deepEqual([result?.outcome, result?.version], ['online', '1.0.0']);
    const { kind, outcome, changes } = trial.last ?? {};
    assert.deepEqual([kind, outcome, changes], ['update', 'online', 'Set ADDED; remove OLD']);
  });

  it('keeps the variables where only the Node.js changes', async () => {
    await update({ runtime: 'flex-runtime-node12' });

    const [sent] = trial.instance.updates;
    assert.deepEqual(sent?.environmentVariables, { KEPT: 'one', OLD: 'two' });
    assert.equal(sent.runtime, 'flex-runtime-node12');
    assert.equal(trial.last?.changes, 'Run on flex-runtime-node12');
  });

  it('waits for the restart, which a status need not tell of at once', async () => {
    trial.instance.statuses = [
      online('1.0.0'),
      online('1.0.0'),
      building('1.0.0'),
      { status: 'ERROR', version: '1.0.0' },
    ];

    const result = await update({ set: { BROKEN: 'x' } });

    assert.equal(result?.outcome, 'failed');
    assert.equal(trial.last?.outcome, 'failed');
  });

  it('watches nothing where nothing was deployed yet', async () => {
    trial.instance.statuses = [{ status: 'NEW' }];

    assert.equal(await update({ set: { ADDED: 'three' } }), undefined);

    assert.deepEqual(trial.instance.variables, { KEPT: 'one', OLD: 'two', ADDED: 'three' });
    const { kind, outcome, changes, endedAt } = trial.last ?? {};
    assert.deepEqual([kind, outcome, changes], ['update', 'stored', 'Set ADDED']);
    assert.ok(endedAt);
  });

  it('remembers that a change was refused where nothing was deployed yet', async () => {
    trial.instance.statuses = [{ status: 'NEW' }];
    trial.instance.refusal = 'ADDED is not allowed.';

    await assert.rejects(update({ set: { ADDED: 'three' } }), failsWith('rejected', /not allowed/));

    assert.equal(trial.last?.outcome, 'failed');
    assert.match(trial.last.reason ?? '', /not allowed/);
  });

  it('finds that it was done although its answer was lost', async () => {
    trial.instance.onUpdate = () => false;

    const result = await update({ set: { ADDED: 'three' } });

    assert.equal(result?.outcome, 'online');
    assert.ok(trial.instance.updates.length > 0);
  });

  it('tells nobody the value of a variable, not even the instance that quotes it', async () => {
    trial.instance.refusal = `The value ${secretValue} is not allowed.`;

    await assert.rejects(
      update({ set: { ADDED: secretValue } }),
      failsWith('rejected', /\[hidden\] is not allowed/),
    );

    assert.equal(trial.last?.outcome, 'failed');
    const told = JSON.stringify([trial.last, trial.events, trial.logged]);
    assert.ok(!told.includes(secretValue));
    assert.ok(!told.includes('s3cret'));
  });
});
