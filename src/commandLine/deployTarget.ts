import { accountId, type Account } from '../core/accounts/account';
import { AppError } from '../core/base/errors';
import { runningDeploy, runningFinding } from '../core/deploy/runningDeploy';
import type { ServiceEnvironment } from '../core/kinvey/apiTypes';
import type { ManagementApi } from '../core/kinvey/managementApi';
import { readBindings, type BindingSection } from '../core/project/binding';
import type { Target } from '../core/project/targetResolver';
import type { DeployOptions } from './deployOptions';

export interface FoundTarget {
  readonly target: Target;
  readonly environment: ServiceEnvironment;
}

/** What is meant, and what goes on there. Throws as `findTarget`. */
export async function locate(api: ManagementApi, options: DeployOptions, signal: AbortSignal) {
  const account = { id: accountId('token', api.baseUrl), email: 'token', instance: api.baseUrl };
  const { target, environment } = await findTarget(api, account, options, signal);
  const status = await api.getStatus(target.serviceId, target.environmentId, signal);
  const running = runningDeploy(status);
  return { target, environment, status, running: running && runningFinding(target, running) };
}

/**
 * The service environment that is meant: the one of the options, else the one of `.kinvey`. Throws
 * `notBound`, `ambiguous`, `notFound`, and what the wire throws.
 */
export async function findTarget(
  api: ManagementApi,
  account: Account,
  options: DeployOptions,
  signal?: AbortSignal,
): Promise<FoundTarget> {
  const { folder, environment: wanted } = options;
  const section = await sectionOf(options);
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
