import assert from 'node:assert/strict';
import { statusOf } from '../../../../src/runtime/api/serviceEnvironments';
import { Database } from '../../../../src/runtime/store/database';
import { EnvironmentStore } from '../../../../src/runtime/store/environmentStore';
import { JobStore } from '../../../../src/runtime/store/jobStore';
import { RolloutRecords, type DeployRecord } from '../../../../src/runtime/store/rolloutRecords';
import { ServiceStore } from '../../../../src/runtime/store/serviceStore';

const requestedAt = '2026-01-02T03:04:05.678Z';
const deployUserInfo = { email: 'jane@example.com' };

describe('RolloutRecords', () => {
  let database: Database;
  let jobs: JobStore;
  let environments: EnvironmentStore;
  let records: RolloutRecords;
  let environmentId: string;

  beforeEach(() => {
    database = new Database(':memory:');
    jobs = new JobStore(database);
    environments = new EnvironmentStore(database);
    records = new RolloutRecords(database, environments, jobs);
    const services = new ServiceStore(database);
    const serviceId = services.create({ name: 's', type: 'internal', owner: {} });
    environmentId = environments.create(serviceId, { name: 'Development', secret: 'xx' });
  });

  afterEach(() => database.close());

  const begin = (version: string): DeployRecord => {
    const jobId = `job ${version}`;
    jobs.create({ id: jobId, environmentId, type: 'deploy', params: {} });
    const deploy = { environmentId, jobId, version, requestedAt, deployUserInfo };
    records.deployBegins(deploy);
    return deploy;
  };
  const finish = (deploy: DeployRecord) => {
    records.deployStarts(deploy, deploy.version ?? '');
    records.deployed(deploy, { build: 'b', version: deploy.version, variables: {} });
  };
  /** As it is on the wire: without what is undefined. */
  const status = () => {
    const environment = environments.find(environmentId);
    assert.ok(environment);
    return JSON.parse(JSON.stringify(statusOf(environment))) as object;
  };

  it('tells NEW before the first deploy', () => {
    assert.deepEqual(status(), { status: 'NEW' });
  });

  it('tells BUILDING, DEPLOYING and ONLINE of a first deploy', () => {
    const request = { requestedAt, deployUserInfo };
    const running = { deployment: { status: 'RUNNING', version: '1.0.0' }, ...request };
    const deploy = begin('1.0.0');
    assert.deepEqual(status(), { status: 'BUILDING', ...running });

    records.deployStarts(deploy, '1.0.0');
    assert.deepEqual(status(), { status: 'DEPLOYING', ...running });

    finish(deploy);
    const deployment = { status: 'COMPLETED', version: '1.0.0' };
    assert.deepEqual(status(), { status: 'ONLINE', version: '1.0.0', ...request, deployment });
    assert.equal(jobs.find(deploy.jobId)?.status, 'COMPLETE');
  });

  it('tells the version that serves beside the one that is rolled out', () => {
    finish(begin('1.0.0'));

    records.deployStarts(begin('1.1.0'), '1.1.0');

    assert.deepEqual(status(), {
      status: 'UPDATING',
      version: '1.0.0',
      requestedAt,
      deployUserInfo,
      deployment: { status: 'RUNNING', version: '1.1.0' },
    });
  });

  it('keeps a failed version as the deployment, ONLINE only if something serves', () => {
    const first = begin('1.0.0');
    records.deployFailed(first, 'because', 'ERROR');
    const deployment = { status: 'ERROR', version: '1.0.0' };
    assert.deepEqual(status(), { status: 'ERROR', requestedAt, deployUserInfo, deployment });
    assert.deepEqual(jobs.find(first.jobId)?.progress, 'because');

    finish(begin('1.0.1'));
    records.deployFailed(begin('1.1.0'), 'because', 'ONLINE');
    assert.deepEqual(status(), {
      status: 'ONLINE',
      version: '1.0.1',
      requestedAt,
      deployUserInfo,
      deployment: { status: 'ERROR', version: '1.1.0' },
    });
  });

  it('goes back to what was before an interrupted deploy, and fails its job', () => {
    finish(begin('1.0.0'));
    const before = status();
    const deploy = begin('1.1.0');
    jobs.advance(deploy.jobId, 'Installing dependencies');

    records.interrupted(environmentId, deploy.jobId);

    assert.deepEqual(status(), before);
    const job = jobs.find(deploy.jobId);
    assert.equal(job?.status, 'FAILED');
    assert.equal(job.progress, 'The runtime was stopped while it was at: Installing dependencies');
  });

  it('recovers with all jobs ended and UPDATING until the service runs again', () => {
    finish(begin('1.0.0'));
    const deploy = begin('1.1.0');
    jobs.create({ id: 'waiting', environmentId, type: 'recycle', params: {} });

    records.recover();

    assert.deepEqual(jobs.listUnfinished(), []);
    assert.equal(jobs.find(deploy.jobId)?.status, 'FAILED');
    const { status: word, deployment } = status() as { status: string; deployment: unknown };
    assert.equal(word, 'UPDATING');
    assert.deepEqual(deployment, { status: 'COMPLETED', version: '1.0.0' });
  });

  it('tells of an update that failed while what served goes on, until the next one', () => {
    finish(begin('1.0.0'));
    const before = status();
    const tried = { variables: { BROKEN: '1' }, runtime: 'flex-runtime-node12' };

    records.restartFailed({ environmentId, reason: 'because', status: 'ONLINE', tried });

    const deployment = { status: 'ERROR', version: '1.0.0', runtime: 'flex-runtime-node12' };
    assert.deepEqual(status(), { ...before, deployment });
    records.updateAsked(environmentId);
    const { deployment: told } = status() as { deployment: unknown };
    assert.deepEqual(told, { ...deployment, status: 'COMPLETED' });
  });

  it('keeps a failed version as the deployment over updates that work', () => {
    finish(begin('1.0.0'));
    records.deployFailed(begin('1.1.0'), 'because', 'ONLINE');
    const before = status();

    records.updateAsked(environmentId);
    records.restartBegins(environmentId);
    records.restarted(environmentId, { build: 'b', version: '1.0.0', variables: {} });

    assert.deepEqual(status(), before);
  });

  it('takes variables and runtime only where the deploy brought them', () => {
    environments.update(environmentId, { variables: { A: '1' }, runtime: 'flex-runtime-node10' });
    finish(begin('1.0.0'));
    assert.deepEqual(environments.find(environmentId)?.variables, { A: '1' });

    finish({ ...begin('1.0.1'), variables: {}, runtime: 'flex-runtime-node12' });
    assert.deepEqual(environments.find(environmentId)?.variables, {});
    assert.equal(environments.find(environmentId)?.runtime, 'flex-runtime-node12');
  });
});
