import type { Account } from '../accounts/account';
import type { AccountStore } from '../accounts/accountStore';
import type { Apis } from '../accounts/apiProvider';
import type { CliProfile } from '../accounts/cliSession';
import { PromiseCache } from '../base/promiseCache';
import type { ServiceEnvironment } from '../kinvey/apiTypes';
import { readBindings, type BindingSection } from './binding';
import { chooseBinding, type BindingState, type Bound } from './bindingChoice';
import { boundOrThrow, ofService, unresolved } from './targetRefusals';

export type { BindingState } from './bindingChoice';

/** The service environment that a folder's commands work on. */
export interface Target {
  folder: string;
  account: Account;
  serviceId: string;
  serviceName: string;
  environmentId: string;
  environmentName: string;
}

/** Keeps with which account a folder was bound on this machine; outlives a reload. */
export interface RememberedAccounts {
  get(folder: string): string | undefined;
  set(folder: string, accountId: string | undefined): Promise<void>;
}

/** Tells what a folder is bound to. Names are asked for once per account and service. */
export class TargetResolver {
  private readonly environments = new PromiseCache<readonly ServiceEnvironment[]>();
  private readonly serviceNames = new PromiseCache<string>();

  constructor(
    private readonly accounts: AccountStore,
    private readonly apis: Apis,
    private readonly remembered: RememberedAccounts,
    private readonly readProfiles: () => Promise<readonly CliProfile[]>,
  ) {}

  /** From what lies on this machine, without the wire. Throws `bindingBroken`. */
  async bindingOf(folder: string): Promise<BindingState> {
    const [sections, accounts, profiles] = await Promise.all([
      readBindings(folder),
      this.accounts.list(),
      this.readProfiles(),
    ]);
    return chooseBinding({
      sections,
      accounts,
      profiles,
      remembered: this.remembered.get(folder),
    });
  }

  /**
   * Throws `notBound`, `notSignedIn`, `notFound`, `ambiguous` (several environments, none named)
   * and what the wire throws.
   */
  async resolve(folder: string, signal?: AbortSignal): Promise<Target> {
    const bound = boundOrThrow(await this.bindingOf(folder), folder);
    const { section, account } = bound;
    const [environment, serviceName] = await Promise.all([
      this.environmentOf(bound, signal),
      this.serviceNameOf(bound, signal),
    ]);
    return {
      folder,
      account,
      serviceId: section.serviceId,
      serviceName,
      environmentId: environment.id,
      environmentName: environment.name,
    };
  }

  /**
   * To be called when the folder was bound with this account; what was known of services is asked
   * for again.
   */
  async remember(folder: string, accountId: string | undefined): Promise<void> {
    this.environments.clear();
    this.serviceNames.clear();
    await this.remembered.set(folder, accountId);
  }

  private async environmentOf(bound: Bound, signal?: AbortSignal): Promise<ServiceEnvironment> {
    const known = pickEnvironment(await this.fetchEnvironments(bound, signal), bound.section);
    if (known !== undefined) {
      return known;
    }
    // It may be newer than what is known.
    this.environments.clear(cacheKey(bound));
    const fresh = await this.fetchEnvironments(bound, signal);
    return pickEnvironment(fresh, bound.section) ?? unresolved(bound, fresh);
  }

  private fetchEnvironments(
    bound: Bound,
    signal?: AbortSignal,
  ): Promise<readonly ServiceEnvironment[]> {
    const ask = async () => {
      const api = await this.apis.forAccount(bound.account.id);
      return api.listServiceEnvironments(bound.section.serviceId);
    };
    return ofService(bound, this.environments.get(cacheKey(bound), ask, signal));
  }

  private async serviceNameOf(bound: Bound, signal?: AbortSignal): Promise<string> {
    if (bound.section.serviceName !== undefined) {
      return bound.section.serviceName;
    }
    const ask = async () => {
      const api = await this.apis.forAccount(bound.account.id);
      return (await api.getService(bound.section.serviceId)).name;
    };
    return ofService(bound, this.serviceNames.get(cacheKey(bound), ask, signal));
  }
}

function pickEnvironment(
  environments: readonly ServiceEnvironment[],
  { environmentId }: BindingSection,
): ServiceEnvironment | undefined {
  return environmentId === undefined && environments.length === 1
    ? environments[0]
    : environments.find(({ id }) => id === environmentId);
}

function cacheKey({ account, section }: Bound): string {
  return JSON.stringify([account.id, section.serviceId]);
}
