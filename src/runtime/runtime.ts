import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Log } from '../core/base/log';
import { AppError, messageOf, systemCode } from '../core/base/errors';
import { ensureOwner } from './accounts/owner';
import { SignIn } from './accounts/signIn';
import { registerAppEnvironments } from './api/appEnvironments';
import { registerApps } from './api/apps';
import { Authentication } from './api/authentication';
import { registerIdentityProviders } from './api/identityProviders';
import { registerJobs } from './api/jobs';
import { registerLogs } from './api/logs';
import { registerLogStream } from './api/logStream';
import { countRequests, registerMetrics } from './api/metrics';
import { registerOrganizations } from './api/organizations';
import { isLoopback } from './api/hosts';
import { createServer } from './api/server';
import { EnvironmentFinder } from './api/environmentFinder';
import { registerServiceEnvironments } from './api/serviceEnvironments';
import { registerServices } from './api/services';
import { registerSession, registerSignIn } from './api/session';
import { createBuilds } from './builds/createBuilds';
import { DataFolder } from './dataFolder';
import { Ingress } from './ingress/ingress';
import type { Limits } from './limits';
import { LogStore } from './logs/logStore';
import { Metrics } from './metrics/metrics';
import { ProcessTable } from './replicas/processTable';
import { Ports } from './replicas/ports';
import { ServiceRunners } from './replicas/serviceRunners';
import { AccountStore } from './store/accountStore';
import { AppStore } from './store/appStore';
import { Database } from './store/database';
import { EnvironmentStore } from './store/environmentStore';
import { JobStore } from './store/jobStore';
import { OrganizationStore } from './store/organizationStore';
import { RolloutRecords } from './store/rolloutRecords';
import { ServiceStore } from './store/serviceStore';
import type { TlsFiles } from './tlsFiles';

export interface RuntimeOptions {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  /** Absent: plain HTTP. */
  readonly tls?: TlsFiles;
  /** Whether a page to sign in by browser is offered. */
  readonly browserSignIn?: boolean;
  readonly owner: { readonly email?: string; readonly password?: string };
  /** Where npm keeps what it downloads; absent: inside the data folder. */
  readonly npmCache?: string;
  /** Where the Node.js versions of services lie; absent: inside the data folder. */
  readonly nodeCache?: string;
  /** How many processes each service environment has. */
  readonly replicas: number;
  /** The built replicas/replicaPort, which gives each service a port of its own. */
  readonly portHook: string;
  /** The built logs/logWorker. */
  readonly logWorker: string;
  readonly limits: Limits;
  readonly log: Log;
}

/** Every object of the runtime, made once and wired. `start` answers the URL; `close` ends it all. */
export class Runtime {
  private readonly folder: DataFolder;
  private readonly database: Database;
  private readonly accounts: AccountStore;
  private readonly organizations: OrganizationStore;
  private readonly apps: AppStore;
  private readonly services: ServiceStore;
  private readonly environments: EnvironmentStore;
  private readonly jobs: JobStore;
  private readonly logs: LogStore;
  private readonly metrics: Metrics;
  private readonly processes: ProcessTable;
  private readonly runners: ServiceRunners;
  private readonly authentication: Authentication;
  private readonly ingress: Ingress;
  private readonly server: FastifyInstance;
  private closed = false;

  constructor(private readonly options: RuntimeOptions) {
    this.folder = new DataFolder(options.data);
    this.database = new Database(this.folder.database);
    this.accounts = new AccountStore(this.database, options.limits.tokenLifeMs);
    this.organizations = new OrganizationStore(this.database);
    this.apps = new AppStore(this.database);
    this.services = new ServiceStore(this.database);
    this.environments = new EnvironmentStore(this.database);
    this.jobs = new JobStore(this.database);
    this.metrics = new Metrics(() => this.runners.countReplicas());
    this.logs = this.createLogs();
    this.processes = new ProcessTable(this.database, this.folder.folder);
    this.runners = this.createRunners();
    this.authentication = new Authentication(this.accounts);
    this.ingress = new Ingress(this.runners, this.authentication, options.limits);
    this.server = createServer(options);
    this.registerRoutes();
  }

  async start(): Promise<string> {
    await this.seed();
    await this.logs.start(this.environments.listAll().map(({ id }) => id));
    await this.runners.cleanUp(this.folder.uploads);
    await this.listen();
    this.runners.resume();
    const url = this.url();
    this.folder.announce(url);
    return url;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.runners.close();
    this.closed = true;
    await this.logs.close();
    this.database.close();
    this.folder.dispose();
  }

  /** The last resort when the process ends in another way than by `close`. */
  kill(): void {
    if (!this.closed) {
      this.processes.killAll();
    }
  }

  private registerRoutes(): void {
    const { authentication } = this;
    const finder = new EnvironmentFinder(this.services, this.environments);
    countRequests(this.server, this.metrics);
    // On loopback a scraper needs no session; who can reach us from elsewhere is not thereby allowed to.
    const isOpen = isLoopback(this.options.host);
    registerMetrics(this.server, this.metrics, isOpen ? undefined : authentication.require);
    const signIn = new SignIn(this.accounts, this.options.limits);
    registerSignIn(this.server, signIn);
    registerIdentityProviders(this.server, signIn, this.options.browserSignIn ?? false);
    this.ingress.register(this.server);
    void this.server.register(async (server) => {
      server.addHook('onRequest', authentication.require);
      registerSession(server, authentication);
      registerOrganizations(server, this.organizations, this.apps);
      registerApps(server, this.apps, this.organizations);
      registerAppEnvironments(server, this.apps);
      registerServices(server, {
        services: this.services,
        environments: this.environments,
        organizations: this.organizations,
        apps: this.apps,
        onDelete: (service) => this.removeRunners(service.id),
      });
      registerServiceEnvironments(server, finder, this.environments, (id) =>
        this.runners.get(id).update(),
      );
      registerLogs(server, finder, this.logs);
      registerLogStream(server, {
        finder,
        logs: this.logs,
        authentication,
        heartbeatMs: this.options.limits.heartbeatMs,
      });
      await registerJobs(server, {
        jobs: this.jobs,
        finder,
        runners: this.runners,
        authentication,
        uploads: this.folder.uploads,
      });
    });
  }

  private createRunners(): ServiceRunners {
    const { database, environments, jobs, logs, metrics, processes, folder } = this;
    const { replicas, portHook, limits, log } = this.options;
    return new ServiceRunners({
      environments,
      jobs,
      records: new RolloutRecords(database, environments, jobs),
      logs,
      ...createBuilds({ ...this.options, folder, processes, metrics }),
      processes,
      ports: new Ports(),
      metrics,
      replicas,
      portHook,
      limits,
      log,
    });
  }

  private createLogs(): LogStore {
    const { logWorker, limits, log } = this.options;
    return new LogStore({
      worker: logWorker,
      file: this.folder.logs,
      bytesKept: limits.logBytes,
      linesPerSecond: limits.logLinesPerSecond,
      bytesPerSecond: limits.logBytesPerSecond,
      metrics: this.metrics,
      log,
    });
  }

  private async removeRunners(serviceId: string): Promise<void> {
    const ids = this.environments.list(serviceId).map(({ id }) => id);
    await Promise.all(ids.map((id) => this.runners.remove(id)));
  }

  /** A fresh runtime has an organization, so that its owner can create services at once. */
  private async seed(): Promise<void> {
    await ensureOwner(this.accounts, { ...this.options.owner, file: this.folder.ownerFile });
    if (this.organizations.list().length === 0) {
      this.organizations.create('My Organization', 'FlexService Runtime');
    }
  }

  private async listen(): Promise<void> {
    const { host, port } = this.options;
    try {
      await this.server.listen({ host, port });
    } catch (error) {
      const reason =
        systemCode(error) === 'EADDRINUSE' ? 'another program has it' : messageOf(error);
      throw new AppError(
        'portTaken',
        `Port ${port} on ${host} cannot be used: ${reason}. Choose another one with --port.`,
        { cause: error },
      );
    }
  }

  private url(): string {
    const { address, family, port } = this.server.server.address() as AddressInfo;
    const scheme = this.options.tls ? 'https' : 'http';
    return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
  }
}
