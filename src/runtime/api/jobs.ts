import { rm } from 'node:fs/promises';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JobAnswer } from '../../core/kinvey/apiTypes';
import type { ServiceRunners } from '../replicas/serviceRunners';
import type { EnvironmentRecord } from '../store/environmentStore';
import { mintJobId, type JobStore } from '../store/jobStore';
import type { Authentication } from './authentication';
import { Body } from './body';
import type { EnvironmentFinder } from './environmentFinder';
import { notFound, validationFailed } from './errors';
import type { ById } from './routes';
import { readRuntime } from './serviceEnvironments';
import { receiveUpload, type Upload } from './upload';

export interface JobRoutes {
  readonly jobs: JobStore;
  readonly finder: EnvironmentFinder;
  readonly runners: ServiceRunners;
  readonly authentication: Authentication;
  /** Where uploads lie until they are unpacked. */
  readonly uploads: string;
}

/** v4/jobs: deploy, recycle, and how they go (contract 4.1, 4.5, 4.6). Answers before the work is done. */
export async function registerJobs(server: FastifyInstance, routes: JobRoutes): Promise<void> {
  await server.register(multipart);

  server.get<ById>('/v4/jobs/:id', (request) => {
    const job = routes.jobs.find(request.params.id);
    if (!job) {
      throw notFound('job');
    }
    return job;
  });

  server.post('/v4/jobs', async (request, reply) => {
    const job = request.isMultipart() ? await deploy(routes, request) : recycle(routes, request);
    return reply.code(202).send({ job } satisfies JobAnswer);
  });
}

async function deploy(routes: JobRoutes, request: FastifyRequest): Promise<string> {
  const jobId = mintJobId();
  const upload = await receiveUpload(request, routes.uploads, jobId);
  try {
    return startDeploy(routes, request, jobId, upload);
  } catch (error) {
    await rm(upload.file ?? '', { force: true });
    throw error;
  }
}

function startDeploy(
  { authentication, finder, jobs, runners }: JobRoutes,
  request: FastifyRequest,
  jobId: string,
  { fields, file }: Upload,
): string {
  requireType(fields.type, 'deployService');
  const params = new Body(parseParams(fields.params));
  const environment = findEnvironment(finder, params);
  const version = params.optionalText('version', 256);
  const variables = params.optionalVariables('environmentVariables');
  const runtime = readRuntime(params);
  params.check();
  if (file === undefined) {
    throw validationFailed([{ field: 'file', message: 'The archive is missing.' }]);
  }
  const { email, firstName, lastName } = authentication.accountOf(request);
  const deployUserInfo = { email, firstName, lastName };
  const requestedAt = new Date().toISOString();
  const environmentId = environment.id;
  jobs.create({
    id: jobId,
    environmentId,
    type: 'deploy',
    params: { ...describe(environment), version, requestedAt, deployUserInfo },
  });
  const record = { environmentId, jobId, version, runtime, requestedAt, deployUserInfo };
  runners.get(environmentId).deploy({ ...record, variables, archive: file });
  return jobId;
}

function recycle({ finder, jobs, runners }: JobRoutes, request: FastifyRequest): string {
  const body = new Body(request.body);
  requireType(body.optionalText('type'), 'recycleService');
  const params = new Body(body.optionalRecord('params'));
  const environment = findEnvironment(finder, params);
  const id = mintJobId();
  jobs.create({
    id,
    environmentId: environment.id,
    type: 'recycle',
    params: { ...describe(environment), requestedAt: new Date().toISOString() },
  });
  runners.get(environment.id).recycle(id);
  return id;
}

function requireType(type: string | undefined, wanted: string): void {
  if (type !== wanted) {
    throw validationFailed([{ field: 'type', message: `type must be ${wanted} here.` }]);
  }
}

function findEnvironment(finder: EnvironmentFinder, params: Body): EnvironmentRecord {
  const serviceId = params.name('serviceId');
  const environmentId = params.name('serviceEnvironmentId');
  params.check();
  return finder.findInternal(serviceId, environmentId);
}

function parseParams(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw validationFailed([{ field: 'params', message: 'params must be JSON.' }]);
  }
}

function describe({ id, serviceId, host }: EnvironmentRecord): Record<string, string> {
  return { datalinkId: serviceId, backingServerId: id, serviceHostname: host };
}
