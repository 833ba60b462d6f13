import { accountId } from '../core/accounts/account';
import { AppError } from '../core/base/errors';
import { runningDeploy, runningFinding } from '../core/deploy/checks/runningDeploy';
import type { ServiceEnvironment, ServiceStatus } from '../core/kinvey/apiTypes';
import type { ManagementApi } from '../core/kinvey/managementApi';
import { readBindings, type BindingSection } from '../core/project/binding';
import type { Target } from '../core/project/targetResolver';
import type { Finding } from '../core/review/finding';
import type { DeployOptions } from './deployOptions';

interface FoundTarget {
  readonly target: Target;
  readonly environment: ServiceEnvironment;
}

export interface Location extends FoundTarget {
  readonly status: ServiceStatus;
  /** A deploy that is under way. */
  readonly running?: Finding;
}

/**
 * The service environment that is meant, the one of the options, else the one of `.kinvey`, and what
 * goes on there. Throws `notBound`, `ambiguous`, `notFound`, and what the wire throws.
 */
export async function locate(
  api: ManagementApi,
  options: DeployOptions,
  signal: AbortSignal,
): Promise<Location> {
  const section = await sectionOf(options);
  const { serviceId, environmentId: bound } = section;
  const statusOf = (environmentId: string) => api.getStatus(serviceId, environmentId, signal);
  // Asked for at once; that the environment is gone is told better by the list.
  const early = bound === undefined ? undefined : statusOf(bound);
  early?.catch(() => undefined);
  const { target, environment } = await findTarget(api, section, options, signal);
  const isBound = target.environmentId === bound;
  const status = await (early && isBound ? early : statusOf(target.environmentId));
  const running = runningDeploy(status);
  return { target, environment, status, running: running && runningFinding(target, running) };
}

async function findTarget(
  api: ManagementApi,
  section: BindingSection,
  { folder, environment: wanted }: DeployOptions,
  signal: AbortSignal,
): Promise<FoundTarget> {
  const account = { id: accountId('token', api.baseUrl), email: 'token', instance: api.baseUrl };
  const { serviceId } = section;
  const [environments, serviceName] = await Promise.all([
    api.listServiceEnvironments(serviceId, signal),
    section.serviceName ?? api.getService(serviceId, signal).then(({ name }) => name),
  ]);
  const environment = pick(environments, wanted ?? section.environmentId, serviceName);
  const { id: environmentId, name: environmentName } = environment;
  const named = { serviceId, serviceName, environmentId, environmentName };
  return { target: { folder, account, ...named }, environment };
}

async function sectionOf({ folder, profile, service }: DeployOptions): Promise<BindingSection> {
  if (service !== undefined) {
    return { profile: '', serviceId: service };
  }
  const sections = await readBindings(folder);
  const fitting = sections.filter((one) => profile === undefined || one.profile === profile);
  const [first, second] = fitting;
  if (first === undefined) {
    const what = profile === undefined ? 'no .kinvey that binds it' : `no section ${profile}`;
    throw new AppError('notBound', `${folder} has ${what}: give --service and --environment.`);
  }
  if (second !== undefined) {
    const names = fitting.map((one) => one.profile).join(', ');
    throw new AppError(
      'ambiguous',
      `.kinvey has several sections: give --profile, one of ${names}.`,
    );
  }
  return first;
}

function pick(
  environments: readonly ServiceEnvironment[],
  wanted: string | undefined,
  serviceName: string,
): ServiceEnvironment {
  const byId = environments.find(({ id }) => id === wanted);
  const fitting = byId
    ? [byId]
    : environments.filter(({ name }) => wanted === undefined || name === wanted);
  const [first, second] = fitting;
  if (first === undefined) {
    throw new AppError('notFound', `${serviceName} has no environment ${wanted ?? ''}.`);
  }
  if (second !== undefined) {
    const names = fitting.map(({ name, id }) => `${name} (${id})`).join(', ');
    throw new AppError(
      'ambiguous',
      `${serviceName} has several: give --environment, one of ${names}.`,
    );
  }
  return first;
}
