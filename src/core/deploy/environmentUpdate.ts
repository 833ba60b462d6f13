import { AppError, isAppError } from '../base/errors';
import { isNeverConnected } from '../kinvey/httpErrors';
import type { ServiceEnvironment } from '../kinvey/apiTypes';
import type { ManagementApi } from '../kinvey/managementApi';
import type { Target } from '../project/targetResolver';
import { isPassing } from './watch/jobWatch';

/** What changes in a service environment; all else stays as it is. */
export interface EnvironmentChange {
  /** Never logged, never part of an event or error. */
  readonly set?: Readonly<Record<string, string>>;
  readonly unset?: readonly string[];
  /** As the API names it, such as `flex-runtime-node12`. */
  readonly runtime?: string;
}

/** Of a target or a record. */
export type EnvironmentName = Pick<
  Target,
  'serviceId' | 'serviceName' | 'environmentId' | 'environmentName'
>;

/** `Set MAIL_HOST; remove MAIL_KEY`: names only. */
export function describeChange({ set = {}, unset = [], runtime }: EnvironmentChange): string {
  const names = Object.keys(set);
  const parts = [
    names.length > 0 && `set ${names.join(', ')}`,
    unset.length > 0 && `remove ${unset.join(', ')}`,
    runtime && `run on ${runtime}`,
  ];
  const text = parts.filter(Boolean).join('; ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Writes the environment as it is at present back with the change in it: the instance replaces all
 * variables by what it is sent (contract 3.5).
 */
export async function changeEnvironment(
  api: ManagementApi,
  target: EnvironmentName,
  present: ServiceEnvironment,
  change: EnvironmentChange,
): Promise<void> {
  const { name, secret, description } = present;
  const environmentVariables = merged(present.environmentVariables, change);
  const { runtime } = change;
  const body = {
    ...{ name, secret, environmentVariables },
    ...(description == null ? {} : { description }),
    ...(runtime === undefined ? {} : { runtime }),
  };
  try {
    await api.updateServiceEnvironment(target.serviceId, present.id, body);
  } catch (error) {
    if (!(isAnswerLost(error) && (await isChanged(api, target, change)))) {
      throw error;
    }
  }
}

/** Throws `notFound`, and what the wire throws. */
export async function findEnvironment(
  api: ManagementApi,
  target: EnvironmentName,
  signal?: AbortSignal,
): Promise<ServiceEnvironment> {
  const { serviceId, environmentId, environmentName, serviceName } = target;
  const environments = await api.listServiceEnvironments(serviceId, signal);
  const environment = environments.find(({ id }) => id === environmentId);
  if (!environment) {
    throw new AppError(
      'notFound',
      `${serviceName} has no environment ${environmentName} any more: bind the folder again.`,
    );
  }
  return environment;
}

function merged(
  present: ServiceEnvironment['environmentVariables'],
  { set, unset = [] }: EnvironmentChange,
): Record<string, string> {
  const all = Object.entries({ ...present, ...set });
  return Object.fromEntries(all.filter(([name]) => !unset.includes(name)));
}

async function isChanged(
  api: ManagementApi,
  target: EnvironmentName,
  { set = {}, unset = [], runtime }: EnvironmentChange,
): Promise<boolean> {
  const now = await findEnvironment(api, target).catch(() => undefined);
  const variables = new Map(Object.entries(now?.environmentVariables ?? {}));
  return (
    now !== undefined &&
    Object.entries(set).every(([name, value]) => variables.get(name) === value) &&
    unset.every((name) => !variables.has(name)) &&
    (runtime === undefined || now.runtime === runtime)
  );
}

/** Whether the instance may have done what was asked of it nevertheless. */
export function isAnswerLost(error: unknown): boolean {
  const isRefused = isAppError(error, 'rejected') || isNeverConnected(error);
  return !isRefused && (isPassing(error) || isAppError(error, 'cancelled'));
}
