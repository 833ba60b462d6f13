import type { FastifyInstance } from 'fastify';
import type { Service } from '../../core/kinvey/apiTypes';
import { toServiceEnvironment, type EnvironmentStore } from '../store/environmentStore';
import type { AppStore } from '../store/appStore';
import type { OrganizationStore } from '../store/organizationStore';
import type { ServiceOwner, ServiceStore } from '../store/serviceStore';
import { Body, isRecord } from './body';
import { notFound } from './errors';
import { single, type ById } from './routes';

interface ListServices {
  Querystring: Readonly<Record<string, unknown>>;
}

export interface ServiceRoutes {
  readonly services: ServiceStore;
  readonly environments: EnvironmentStore;
  readonly organizations: OrganizationStore;
  readonly apps: AppStore;
  /** Ends what runs, before the records go. */
  readonly onDelete: (service: Service) => Promise<void>;
}

/** v4/services (contract 2.4, #16 to #20). */
export function registerServices(
  server: FastifyInstance,
  { services, environments, organizations, apps, onDelete }: ServiceRoutes,
): void {
  server.get<ListServices>('/v4/services', ({ query }) => {
    const found = services.list({
      organizationId: single(query.organizationId),
      appId: single(query.appId),
    });
    return query.expand === 'environments' ? found.map(expand) : found;
  });

  server.post('/v4/services', (request, reply) => {
    const body = new Body(request.body);
    const fields = {
      name: body.name('name'),
      type: body.name('type'),
      description: body.optionalText('description'),
      owner: readOwner(body) ?? {},
    };
    if (fields.owner.organizationId === undefined && fields.owner.appId === undefined) {
      body.refuse('access', 'access.writers must name one organization or one app.');
    }
    body.check();
    requireOwner(fields.owner);
    return reply.code(201).send(find(services.create(fields)));
  });

  server.get<ById>('/v4/services/:id', (request) => find(request.params.id));

  server.put<ById>('/v4/services/:id', (request) => {
    const { id, access } = find(request.params.id);
    const body = new Body(request.body);
    const name = body.name('name');
    const description = body.optionalText('description');
    const owner = readOwner(body) ?? ownerOf(access);
    body.check();
    requireOwner(owner);
    services.update(id, { name, description, owner });
    return find(id);
  });

  server.delete<ById>('/v4/services/:id', async (request, reply) => {
    const service = find(request.params.id);
    await onDelete(service);
    services.delete(service.id);
    return reply.code(204).send();
  });

  function requireOwner({ organizationId, appId }: ServiceOwner): void {
    if (organizationId !== undefined && !organizations.find(organizationId)) {
      throw notFound('organization');
    }
    if (appId !== undefined && !apps.find(appId)) {
      throw notFound('app');
    }
  }

  function expand(service: Service): Service {
    return { ...service, environments: environments.list(service.id).map(toServiceEnvironment) };
  }

  function find(id: string): Service {
    const service = services.find(id);
    if (!service) {
      throw notFound('service');
    }
    return service;
  }
}

function readOwner(body: Body): ServiceOwner | undefined {
  const writers = body.optionalRecord('access')?.writers;
  return isRecord(writers) ? ownerOf({ writers }) : undefined;
}

function ownerOf(access: { writers: { organizations?: unknown; apps?: unknown } }): ServiceOwner {
  return { organizationId: first(access.writers.organizations), appId: first(access.writers.apps) };
}

function first(list: unknown): string | undefined {
  const id: unknown = Array.isArray(list) ? list[0] : undefined;
  return typeof id === 'string' ? id : undefined;
}
