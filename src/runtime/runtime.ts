import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Log } from '../core/base/log';
import { AppError, messageOf, systemCode } from '../core/base/errors';
import { registerAppEnvironments } from './api/appEnvironments';
import { registerApps } from './api/apps';
import { Authentication } from './api/authentication';
import { registerLogs } from './api/logs';
import { registerOrganizations } from './api/organizations';
import { createServer } from './api/server';
import { EnvironmentFinder, registerServiceEnvironments } from './api/serviceEnvironments';
import { registerServices } from './api/services';
import { registerSession, registerSignIn } from './api/session';
import { DataFolder } from './dataFolder';
import type { Limits } from './limits';
import { LogStore } from './logs/logStore';
import { ensureOwner } from './owner';
import { AccountStore } from './store/accountStore';
import { AppStore } from './store/appStore';
import { Database } from './store/database';
import { EnvironmentStore } from './store/environmentStore';
import { JobStore } from './store/jobStore';
import { OrganizationStore } from './store/organizationStore';
import { ServiceStore } from './store/serviceStore';

export interface RuntimeOptions {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly owner: { readonly email?: string; readonly password?: string };
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
  private readonly server: FastifyInstance;

  constructor(private readonly options: RuntimeOptions) {
    this.folder = new DataFolder(options.data);
    this.database = new Database(this.folder.database);
    this.accounts = new AccountStore(this.database, options.limits.tokenLifeMs);
    this.organizations = new OrganizationStore(this.database);
    this.apps = new AppStore(this.database);
    this.services = new ServiceStore(this.database);
    this.environments = new EnvironmentStore(this.database);
    this.jobs = new JobStore(this.database);
    this.logs = new LogStore(this.database, options.limits.logBytes);
    this.server = createServer(options);
    this.registerRoutes();
  }

  async start(): Promise<string> {
    await this.seed();
    await this.listen();
    const url = this.url();
    this.folder.announce(url);
    return url;
  }

  async close(): Promise<void> {
    await this.server.close();
    this.logs.flush();
    this.database.close();
    this.folder.dispose();
  }

  /** The last resort when the process ends in another way than by `close`. */
  kill(): void {
    // nothing runs yet
  }

  private registerRoutes(): void {
    const authentication = new Authentication(this.accounts);
    const finder = new EnvironmentFinder(this.services, this.environments);
    registerSignIn(this.server, this.accounts);
    void this.server.register((server, _options, done) => {
      server.addHook('onRequest', authentication.require);
      registerSession(server, authentication);
      registerOrganizations(server, this.organizations, this.apps);
      registerApps(server, this.apps, this.organizations);
      registerAppEnvironments(server, this.apps);
      registerServices(server, this.services, this.environments, () => Promise.resolve());
      registerServiceEnvironments(server, finder, this.environments, () => undefined);
      registerLogs(server, finder, this.logs);
      done();
    });
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
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
  }
}
