import { AppError } from '../base/errors';
import type { IdentityProvider } from '../kinvey/apiTypes';

/** A way to sign in at an instance. */
export interface SignInProvider {
  id: string;
  name: string;
  /** E-mail and password are asked for here, everything else on a page of the provider. */
  kind: 'password' | 'browser';
}

/** Always there, also where an instance has no identity providers. */
export const passwordProvider: SignInProvider = { id: 'Kinvey', name: 'Kinvey', kind: 'password' };

/** What an instance offers, by name, under the rules of contract 2.5; at least one. */
export function signInProviders(listed: readonly IdentityProvider[]): SignInProvider[] {
  const enabled = listed.filter((provider) => provider.enabled).map(toProvider);
  const sorted = enabled.sort((a, b) => a.name.localeCompare(b.name));
  return sorted.length > 0 ? sorted : [passwordProvider];
}

/** By id or name. Throws `invalidInput` with those that there are. */
export function findProvider(providers: readonly SignInProvider[], wanted: string): SignInProvider {
  const found = providers.find(({ id, name }) => id === wanted || name === wanted);
  if (!found) {
    const names = providers.map(({ name }) => name).join(', ');
    throw new AppError(
      'invalidInput',
      `The instance has no identity provider ${wanted}. It has: ${names}.`,
    );
  }
  return found;
}

function toProvider({ _id: id, name }: IdentityProvider): SignInProvider {
  return name === 'kinveyIdentity' || name === passwordProvider.name
    ? { ...passwordProvider, id }
    : { id, name, kind: 'browser' };
}
