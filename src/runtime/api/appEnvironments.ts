import type { FastifyInstance } from 'fastify';
import type { AppEnvironment } from '../../core/kinvey/apiTypes';
import type { AppStore } from '../store/appStore';
import { Body } from './body';
import { notFound } from './errors';
import type { ById } from './routes';

/** v4/environments/<kid> (contract 2.4, #14, #15, #31). */
export function registerAppEnvironments(server: FastifyInstance, apps: AppStore): void {
  server.get<ById>('/v4/environments/:id', (request) => find(request.params.id));

  server.put<ById>('/v4/environments/:id', (request) => {
    const { id, name } = find(request.params.id);
    apps.renameEnvironment(id, new Body(request.body).optionalText('name') ?? name);
    return find(id);
  });

  server.delete<ById>('/v4/environments/:id', (request, reply) => {
    apps.deleteEnvironment(find(request.params.id).id);
    return reply.code(204).send();
  });

  function find(id: string): AppEnvironment {
    const environment = apps.findEnvironment(id);
    if (!environment) {
      throw notFound('environment');
    }
    return environment;
  }
}
