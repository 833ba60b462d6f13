import type { EnvironmentRecord, EnvironmentStore } from '../store/environmentStore';
import type { ServiceStore } from '../store/serviceStore';
import { notFound, validationFailed } from './errors';

/** Finds a service environment below its service; throws the contract's 404s. */
export class EnvironmentFinder {
  constructor(
    private readonly services: ServiceStore,
    private readonly environments: EnvironmentStore,
  ) {}

  find(serviceId: string, environmentId: string): EnvironmentRecord {
    this.requireService(serviceId);
    const environment = this.environments.find(environmentId);
    if (environment?.serviceId !== serviceId) {
      throw notFound('service environment');
    }
    return environment;
  }

  /** One that runs here; an external service lives elsewhere. */
  findInternal(serviceId: string, environmentId: string): EnvironmentRecord {
    const environment = this.find(serviceId, environmentId);
    if (this.services.find(serviceId)?.type !== 'internal') {
      throw validationFailed([
        { field: 'serviceId', message: 'The service is not an internal one.' },
      ]);
    }
    return environment;
  }

  list(serviceId: string): EnvironmentRecord[] {
    this.requireService(serviceId);
    return this.environments.list(serviceId);
  }

  private requireService(id: string): void {
    if (!this.services.find(id)) {
      throw notFound('service');
    }
  }
}
