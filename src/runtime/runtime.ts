import type { FastifyInstance } from 'fastify';
import type { Log } from '../core/base/log';
import { ensureOwner } from './accounts/owner';
import { Authentication } from './api/authentication';
import { listen } from './api/listen';
import { registerRoutes } from './api/registerRoutes';
import { createServer } from './api/server';
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
    this.server = createServer(options);
    this.registerRoutes();
  }

  async start(): Promise<string> {
    await this.seed();
    await this.logs.start(this.environments.listAll().map(({ id }) => id));
    await this.runners.cleanUp(this.folder.uploads);
    const url = await listen(this.server, this.options);
    this.runners.resume();
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
    const { accounts, organizations, apps, services, environments, jobs, logs } = this;
    const { metrics, runners, authentication } = this;
    const { host, browserSignIn = false, limits } = this.options;
    const { uploads } = this.folder;
    const ingress = new Ingress(runners, authentication, limits);
    registerRoutes(this.server, {
      ...{ accounts, organizations, apps, services, environments, jobs, logs },
      ...{ metrics, runners, authentication, ingress, uploads, host, browserSignIn, limits },
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

  /** A fresh runtime has an organization, so that its owner can create services at once. */
  private async seed(): Promise<void> {
    await ensureOwner(this.accounts, { ...this.options.owner, file: this.folder.ownerFile });
    if (this.organizations.list().length === 0) {
      this.organizations.create('My Organization', 'FlexService Runtime');
    }
  }
}
