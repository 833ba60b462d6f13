import { AppError, isAppError } from '../base/errors';
import type { ServiceEnvironment } from '../kinvey/apiTypes';
import { instanceLabel } from '../kinvey/instances';
import type { BindingState, Bound } from './bindingChoice';

/** Throws `notBound` or `notSignedIn`: nothing can be asked for the folder. */
export function boundOrThrow(state: BindingState, folder: string): Bound {
  if (state.kind === 'bound') {
    return state;
  }
  if (state.kind === 'unbound') {
    throw new AppError(
      'notBound',
      'This folder is not bound to a service yet. Bind it to one first.',
      { details: { folder } },
    );
  }
  const who = state.email ?? `the account of the profile “${state.section.profile}”`;
  const where = state.instance === undefined ? '' : ` at ${instanceLabel(state.instance)}`;
  throw new AppError('notSignedIn', `This folder is bound by ${who}${where}. Sign in first.`, {
    details: { folder, email: state.email, instance: state.instance },
  });
}

/** Says what a service that the server does not know means for the folder: `notFound`. */
export async function ofService<T>(bound: Bound, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw isAppError(error, 'notFound')
      ? goneError(`Service ${nameOf(bound)}`, bound, error)
      : error;
  }
}

/** Throws `ambiguous` or `notFound`: none of the environments is the one of the folder. */
export function unresolved(bound: Bound, environments: readonly ServiceEnvironment[]): never {
  if (bound.section.environmentId === undefined && environments.length > 1) {
    const names = environments.map(({ name }) => name).join(', ');
    throw new AppError(
      'ambiguous',
      `.kinvey names no environment of ${nameOf(bound)}, which has several: ${names}. Bind the folder again.`,
    );
  }
  throw goneError(`The environment of ${nameOf(bound)}`, bound);
}

function goneError(what: string, { account, section }: Bound, cause?: AppError): AppError {
  const { serviceId, environmentId } = section;
  const where = instanceLabel(account.instance);
  return new AppError(
    'notFound',
    `${what} in .kinvey was not found at ${where}: bind the folder again.`,
    { cause, details: { serviceId, environmentId } },
  );
}

function nameOf({ section }: Bound): string {
  return section.serviceName ?? section.serviceId;
}
