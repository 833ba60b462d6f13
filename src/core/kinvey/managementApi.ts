import type { Readable } from 'node:stream';
import { AppError, isAppError } from '../base/errors';
import type {
  DeployParams,
  IdentityProvider,
  Job,
  JobAnswer,
  LogEntry,
  LogQuery,
  LogStart,
  NewService,
  NewServiceEnvironment,
  Organization,
  RecycleParams,
  Service,
  ServiceEnvironment,
  ServiceStatus,
  SessionAnswer,
  SignInBody,
  UserAnswer,
} from './apiTypes';
import { createDeployBody } from './deployBody';
import type { HttpClient } from './httpClient';
import { readEvents } from './serverSentEvents';
import { readList, readObject } from './shapes';

/** It is answered from memory. */
const discoveryMs = 5_000;
/** A live stream gives a sign of life every 15 seconds. */
const longestSilenceMs = 45_000;

/**
 * The management API of one instance, one method per operation (contract 2.4 lists them). Throws
 * AppErrors as HttpClient does, and `serverFailed` for an answer of another shape. Keeps nothing.
 */
export class ManagementApi {
  constructor(private readonly http: HttpClient) {}

  get baseUrl(): string {
    return this.http.baseUrl;
  }

  /**
   * Each sign-in makes a session of its own (contract T4). Throws `badCredentials`,
   * `twoFactorRequired`.
   */
  async signIn(body: SignInBody, signal?: AbortSignal): Promise<{ email: string; token: string }> {
    const answer = await this.http.send('POST', 'session', { body, signal });
    const { email, token } = this.object<SessionAnswer>(answer, 'the sign-in', 'token');
    return { email: typeof email === 'string' && email !== '' ? email : body.email, token };
  }

  /** Ends the session of this API's own token. */
  async signOut(signal?: AbortSignal): Promise<void> {
    await this.http.send('DELETE', 'session', { signal });
  }

  /** Needs no session. None where the instance does not have the feature. */
  async listIdentityProviders(signal?: AbortSignal): Promise<IdentityProvider[]> {
    try {
      const answer = await this.http.get('v4/identity-providers', { signal });
      return this.list<IdentityProvider>(answer, 'the identity providers', '_id', 'name');
    } catch (error) {
      if (isAppError(error) && error.details.kinveyCode === 'FeatureFlagRequired') {
        return [];
      }
      throw error;
    }
  }

  async getUser(signal?: AbortSignal): Promise<UserAnswer> {
    const answer = await this.http.get('v4/user', { signal });
    return this.object<UserAnswer>(answer, 'the user', 'email');
  }

  async listOrganizations(signal?: AbortSignal): Promise<Organization[]> {
    const answer = await this.http.get('v4/organizations', { signal });
    return byName(this.list<Organization>(answer, 'the organizations', 'id', 'name'));
  }

  /** The Flex services of an organization that the instance itself runs, by name. */
  async listServices(organizationId: string, signal?: AbortSignal): Promise<Service[]> {
    const answer = await this.http.get('v4/services', { query: { organizationId }, signal });
    const services = this.list<Service>(answer, 'the services', 'id', 'name');
    return byName(services.filter(({ type }) => type === 'internal'));
  }

  async getService(serviceId: string, signal?: AbortSignal): Promise<Service> {
    const answer = await this.http.get(servicePath(serviceId), { signal });
    return this.object<Service>(answer, 'the service', 'id', 'name');
  }

  async createService(body: NewService, signal?: AbortSignal): Promise<Service> {
    const answer = await this.http.send('POST', 'v4/services', { body, signal });
    return this.object<Service>(answer, 'the new service', 'id', 'name');
  }

  /** Its environments go with it. */
  async deleteService(serviceId: string, signal?: AbortSignal): Promise<void> {
    await this.http.send('DELETE', servicePath(serviceId), { signal });
  }

  async listServiceEnvironments(
    serviceId: string,
    signal?: AbortSignal,
  ): Promise<ServiceEnvironment[]> {
    const answer = await this.http.get(`${servicePath(serviceId)}/environments`, { signal });
    return this.list<ServiceEnvironment>(answer, 'the service environments', 'id', 'name');
  }

  async createServiceEnvironment(
    serviceId: string,
    body: NewServiceEnvironment,
    signal?: AbortSignal,
  ): Promise<ServiceEnvironment> {
    const path = `${servicePath(serviceId)}/environments`;
    const answer = await this.http.send('POST', path, { body, signal });
    return this.object<ServiceEnvironment>(answer, 'the new service environment', 'id', 'name');
  }

  /** Replaces it, variables and all; an absent runtime stays. Restarts the service. Contract 3.5. */
  async updateServiceEnvironment(
    serviceId: string,
    environmentId: string,
    body: NewServiceEnvironment,
  ): Promise<void> {
    await this.http.send('PUT', environmentPath(serviceId, environmentId), { body });
  }

  /** Contract 4.7. */
  async getStatus(
    serviceId: string,
    environmentId: string,
    signal?: AbortSignal,
  ): Promise<ServiceStatus> {
    const path = `${environmentPath(serviceId, environmentId)}/status`;
    const answer = await this.http.get(path, { signal });
    return this.object<ServiceStatus>(answer, 'the status', 'status');
  }

  /**
   * What a service answers to the discovery of its handlers (contract 7.2). The FlexService Runtime
   * passes it on; the contract knows nothing like it of Kinvey, so expect `notFound` or another error.
   */
  discoverHandlers(environmentId: string, signal?: AbortSignal): Promise<unknown> {
    const path = `flex/${encodeURIComponent(environmentId)}/_command/discover`;
    return this.http.send('POST', path, { body: {}, signal, timeoutMs: discoveryMs });
  }

  /** One page of logs (contract 5), in the order of the server, empty entries left out. */
  async fetchLogs(
    serviceId: string,
    environmentId: string,
    query: LogQuery,
    signal?: AbortSignal,
  ): Promise<LogEntry[]> {
    const path = `${environmentPath(serviceId, environmentId)}/logs`;
    const answer = await this.http.get(path, { query: { ...query }, signal });
    const entries = Array.isArray(answer) ? answer.filter(isFilled) : answer;
    return this.list<LogEntry>(entries, 'the logs', '_id', 'containerId', 'timestamp');
  }

  /**
   * New entries as they come, ascending, for one reader. Undefined where the instance answers
   * something else; Kinvey's own have no such stream, the FlexService Runtime has.
   */
  async streamLogs(
    serviceId: string,
    environmentId: string,
    start: LogStart,
    signal?: AbortSignal,
  ): Promise<AsyncGenerator<LogEntry[]> | undefined> {
    const path = `${environmentPath(serviceId, environmentId)}/logs/stream`;
    const options = { query: { ...start }, signal, silenceMs: longestSilenceMs };
    const pieces = await this.http.stream(path, 'text/event-stream', options);
    return pieces && this.readEntries(pieces);
  }

  private async *readEntries(pieces: AsyncIterable<string>): AsyncGenerator<LogEntry[]> {
    for await (const events of readEvents(pieces)) {
      const entries = events.map((event): unknown => JSON.parse(event));
      yield this.list<LogEntry>(entries, 'the logs', '_id', 'containerId', 'timestamp');
    }
  }

  /**
   * Sends a bundle and answers the job's id. Destroys the archive, whatever happens. Contract 4.1.
   */
  async deploy(params: DeployParams, archive: Readable, signal?: AbortSignal): Promise<string> {
    const { body, contentType } = createDeployBody(params, archive);
    try {
      const headers = { 'Content-Type': contentType };
      const secrets = Object.values(params.environmentVariables ?? {});
      const answer = await this.http.upload('v4/jobs', body, headers, { secrets, signal });
      return this.object<JobAnswer>(answer, 'the deploy', 'job').job;
    } finally {
      archive.destroy();
    }
  }

  /** Restarts a service environment and answers the job's id. Contract 4.5. */
  async recycle(params: RecycleParams, signal?: AbortSignal): Promise<string> {
    const body = { type: 'recycleService', params };
    const answer = await this.http.send('POST', 'v4/jobs', { body, signal });
    return this.object<JobAnswer>(answer, 'the recycling', 'job').job;
  }

  /** Contract 4.6. */
  async getJob(jobId: string, signal?: AbortSignal): Promise<Job> {
    const answer = await this.http.get(`v4/jobs/${encodeURIComponent(jobId)}`, { signal });
    const job = this.object<Pick<Job, 'status'> & Partial<Job>>(answer, 'the job', 'status');
    return { jobId, type: '', progress: '', updated: '', ...job };
  }

  private object<T extends object>(
    answer: unknown,
    what: string,
    ...keys: readonly (keyof T & string)[]
  ): T {
    return readObject<T>(answer, ...keys) ?? this.fail(what);
  }

  private list<T extends object>(
    answer: unknown,
    what: string,
    ...keys: readonly (keyof T & string)[]
  ): T[] {
    return readList<T>(answer, ...keys) ?? this.fail(what);
  }

  private fail(what: string): never {
    const { host } = new URL(this.baseUrl);
    throw new AppError(
      'serverFailed',
      `${host} sent something else than ${what}: is this the address of a Kinvey management API?`,
    );
  }
}

function servicePath(serviceId: string): string {
  return `v4/services/${encodeURIComponent(serviceId)}`;
}

function environmentPath(serviceId: string, environmentId: string): string {
  return `${servicePath(serviceId)}/environments/${encodeURIComponent(environmentId)}`;
}

function byName<T extends { name: string }>(items: T[]): T[] {
  return items.sort((a, b) => a.name.localeCompare(b.name));
}

/** Kinvey's logs may hold null and {} (contract 5). */
function isFilled(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && Object.keys(entry).length > 0;
}
