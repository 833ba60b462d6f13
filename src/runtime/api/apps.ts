import type { FastifyInstance } from 'fastify';
import type { App } from '../../core/kinvey/apiTypes';
import type { AppStore } from '../store/appStore';
import type { OrganizationStore } from '../store/organizationStore';
import { Body } from './body';
import { notFound } from './errors';
import type { ById } from './routes';

/** v4/apps and the environments below them (contract 2.4, #8 to #13). */
export function registerApps(
  server: FastifyInstance,
  apps: AppStore,
  organizations: OrganizationStore,
): void {
  server.get('/v4/apps', () => apps.list());

  server.post('/v4/apps', (request, reply) => {
    const body = new Body(request.body);
    const name = body.name('name');
    const organizationId = body.name('organizationId');
    body.check();
    if (!organizations.find(organizationId)) {
      throw notFound('organization');
    }
    return reply.code(201).send(apps.create(name, organizationId));
  });

  server.get<ById>('/v4/apps/:id', (request) => find(request.params.id));

  server.put<ById>('/v4/apps/:id', (request) => {
    const { id, name } = find(request.params.id);
    apps.rename(id, new Body(request.body).optionalText('name') ?? name);
    return find(id);
  });

  server.delete<ById>('/v4/apps/:id', (request, reply) => {
    apps.delete(find(request.params.id).id);
    return reply.code(204).send();
  });

  server.get<ById>('/v4/apps/:id/environments', (request) => find(request.params.id).environments);

  server.post<ById>('/v4/apps/:id/environments', (request, reply) => {
    const app = find(request.params.id);
    const body = new Body(request.body);
    const name = body.name('name');
    body.check();
    return reply.code(201).send(apps.createEnvironment(app.id, name));
  });

  function find(id: string): App {
    const app = apps.find(id);
    if (!app) {
      throw notFound('app');
    }
    return app;
  }
}
