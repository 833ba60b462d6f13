import type { FastifyInstance } from 'fastify';
import type { Organization } from '../../core/kinvey/apiTypes';
import type { AppStore } from '../store/appStore';
import type { OrganizationStore } from '../store/organizationStore';
import { Body } from './body';
import { notFound } from './errors';
import type { ById } from './routes';

/** v4/organizations (contract 2.4, #6, #7, #30, #31). */
export function registerOrganizations(
  server: FastifyInstance,
  organizations: OrganizationStore,
  apps: AppStore,
): void {
  server.get('/v4/organizations', () => organizations.list());

  server.get<ById>('/v4/organizations/:id', (request) => find(request.params.id));

  server.get<ById>('/v4/organizations/:id/apps', (request) =>
    apps.list(find(request.params.id).id),
  );

  server.put<ById>('/v4/organizations/:id', (request) => {
    const { id } = find(request.params.id);
    const name = new Body(request.body).optionalText('name');
    organizations.rename(id, name ?? find(id).name);
    return find(id);
  });

  function find(id: string): Organization {
    const organization = organizations.find(id);
    if (!organization) {
      throw notFound('organization');
    }
    return organization;
  }
}
