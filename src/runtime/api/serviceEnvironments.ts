import type { FastifyInstance } from 'fastify';
import type { ServiceEnvironment, ServiceStatus } from '../../core/kinvey/apiTypes';
import { runtimeNames } from '../nodejs/runtimeNames';
import {
  toServiceEnvironment,
  type EnvironmentRecord,
  type EnvironmentStore,
} from '../store/environmentStore';
import { Body } from './body';
import type { EnvironmentFinder } from './environmentFinder';
import type { ByEnvironment, ById } from './routes';

/**
 * v4/services/<id>/environments and the status below (contract 2.4, #21 to #25).
 * `onUpdate` hears of every PUT, also of one that changes nothing: it restarts the service.
 */
export function registerServiceEnvironments(
  server: FastifyInstance,
  finder: EnvironmentFinder,
  environments: EnvironmentStore,
  onUpdate: (environmentId: string) => void,
): void {
  const collection = '/v4/services/:id/environments';
  const single = `${collection}/:environmentId`;
  const answer = (serviceId: string, id: string): ServiceEnvironment =>
    toServiceEnvironment(finder.find(serviceId, id));

  server.get<ById>(collection, ({ params }) => finder.list(params.id).map(toServiceEnvironment));

  server.post<ById>(collection, (request, reply) => {
    const { id } = request.params;
    const siblings = finder.list(id);
    const body = new Body(request.body);
    const fields = { ...readFields(body), name: body.name('name'), secret: readSecret(body) ?? '' };
    if (fields.secret === '') {
      body.refuse('secret', 'secret is required.');
    }
    if (siblings.some((sibling) => sibling.name === fields.name)) {
      body.refuse('name', `The service already has an environment named ${fields.name}.`);
    }
    body.check();
    return reply.code(201).send(answer(id, environments.create(id, fields)));
  });

  server.get<ByEnvironment>(single, ({ params }) => answer(params.id, params.environmentId));

  server.put<ByEnvironment>(single, (request) => {
    const { id } = finder.find(request.params.id, request.params.environmentId);
    const body = new Body(request.body);
    const name = body.optionalText('name');
    const fields = { ...readFields(body), name, secret: readSecret(body) };
    if (name?.trim() === '') {
      body.refuse('name', 'name must not be blank.');
    }
    body.check();
    environments.update(id, fields);
    onUpdate(id);
    return answer(request.params.id, id);
  });

  server.get<ByEnvironment>(`${single}/status`, ({ params }) =>
    statusOf(finder.find(params.id, params.environmentId)),
  );
}

/** What serves now, and the latest rollout beside it (contract 4.7). */
export function statusOf({ state, runtime }: EnvironmentRecord): ServiceStatus {
  return {
    status: state.status,
    version: state.serving?.version,
    runtime: state.serving?.runtime ?? runtime,
    requestedAt: state.requestedAt,
    deployUserInfo: state.deployUserInfo,
    deployment: state.deployment,
  };
}

/** What both create and update take; every other field is ignored, also those that we sent. */
function readFields(body: Body): {
  host?: string;
  variables?: Record<string, string>;
  runtime?: string;
  description?: string;
} {
  return {
    host: body.optionalText('host'),
    variables: body.optionalVariables('environmentVariables'),
    runtime: readRuntime(body),
    description: body.optionalText('description'),
  };
}

/** The Node.js that a service asks for, by its name on the wire (contract 3.4). */
export function readRuntime(body: Body): string | undefined {
  const runtime = body.optionalText('runtime', 64);
  if (runtime !== undefined && !runtimeNames.includes(runtime)) {
    body.refuse('runtime', `runtime must be one of ${runtimeNames.join(', ')}.`);
  }
  return runtime;
}

function readSecret(body: Body): string | undefined {
  const secret = body.optionalText('secret', 1024);
  if (secret !== undefined && (secret.length < 2 || secret.trim() !== secret)) {
    body.refuse('secret', 'secret must have at least 2 characters and no blanks around them.');
  }
  return secret;
}
