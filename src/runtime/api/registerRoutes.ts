import type { FastifyInstance } from 'fastify';
import { SignIn } from '../accounts/signIn';
import type { Ingress } from '../ingress/ingress';
import type { Limits } from '../limits';
import type { LogStore } from '../logs/logStore';
import type { Metrics } from '../metrics/metrics';
import type { ServiceRunners } from '../replicas/serviceRunners';
import type { AccountStore } from '../store/accountStore';
import type { AppStore } from '../store/appStore';
import type { EnvironmentStore } from '../store/environmentStore';
import type { JobStore } from '../store/jobStore';
import type { OrganizationStore } from '../store/organizationStore';
import type { ServiceStore } from '../store/serviceStore';
import { registerAppEnvironments } from './appEnvironments';
import { registerApps } from './apps';
import type { Authentication } from './authentication';
import { EnvironmentFinder } from './environmentFinder';
import { isLoopback } from './hosts';
import { registerIdentityProviders } from './identityProviders';
import { registerJobs } from './jobs';
import { registerLogs } from './logs';
import { registerLogStream } from './logStream';
import { countRequests, registerMetrics } from './metrics';
import { registerOrganizations } from './organizations';
import { registerServiceEnvironments } from './serviceEnvironments';
import { registerServices } from './services';
import { registerSession, registerSignIn } from './session';

/** What the routes are about, and how they are offered. */
export interface Routes {
  readonly accounts: AccountStore;
  readonly organizations: OrganizationStore;
  readonly apps: AppStore;
  readonly services: ServiceStore;
  readonly environments: EnvironmentStore;
  readonly jobs: JobStore;
  readonly logs: LogStore;
  readonly metrics: Metrics;
  readonly runners: ServiceRunners;
  readonly authentication: Authentication;
  readonly ingress: Ingress;
  /** Where uploads lie until they are unpacked. */
  readonly uploads: string;
  readonly host: string;
  readonly browserSignIn: boolean;
  readonly limits: Limits;
}

/** Every route of the runtime. */
export function registerRoutes(server: FastifyInstance, routes: Routes): void {
  countRequests(server, routes.metrics);
  registerOpen(server, routes);
  void server.register(async (guarded) => {
    guarded.addHook('onRequest', routes.authentication.require);
    await registerGuarded(guarded, routes);
  });
}

/** What needs no session. */
function registerOpen(server: FastifyInstance, routes: Routes): void {
  const { accounts, metrics, authentication, ingress, limits } = routes;
  // On loopback a scraper needs no session; who can reach us from elsewhere is not thereby allowed to.
  const guard = isLoopback(routes.host) ? undefined : authentication.require;
  registerMetrics(server, metrics, guard);
  const signIn = new SignIn(accounts, limits);
  registerSignIn(server, signIn);
  registerIdentityProviders(server, signIn, routes.browserSignIn);
  ingress.register(server);
}

async function registerGuarded(server: FastifyInstance, routes: Routes): Promise<void> {
  const { authentication, organizations, apps, services, environments, logs, runners } = routes;
  const { heartbeatMs } = routes.limits;
  const finder = new EnvironmentFinder(services, environments);
  const onDelete = ({ id }: { id: string }) =>
    runners.removeAll(environments.list(id).map((environment) => environment.id));
  registerSession(server, authentication);
  registerOrganizations(server, organizations, apps);
  registerApps(server, apps, organizations);
  registerAppEnvironments(server, apps);
  registerServices(server, { services, environments, organizations, apps, onDelete });
  registerServiceEnvironments(server, finder, environments, (id) => runners.get(id).update());
  registerLogs(server, finder, logs);
  registerLogStream(server, { finder, logs, authentication, heartbeatMs });
  await registerJobs(server, { ...routes, finder });
}
