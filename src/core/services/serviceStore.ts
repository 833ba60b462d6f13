import { isDeepStrictEqual } from 'node:util';
import type { Apis } from '../accounts/apiProvider';
import type { Disposable } from '../base/disposable';
import { AppError, isAppError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import { PromiseCache } from '../base/promiseCache';
import type { Organization, Service, ServiceEnvironment, ServiceStatus } from '../kinvey/apiTypes';

/** One service environment as one account sees it. */
export interface EnvironmentKey {
  accountId: string;
  serviceId: string;
  environmentId: string;
}

export type ServiceChange =
  | { kind: 'all' }
  | { kind: 'account'; accountId: string }
  | { kind: 'status'; key: EnvironmentKey };

export interface KnownStatus {
  /** The last one that was seen, also when asking has failed since. */
  status?: ServiceStatus;
  /** Why it is not known better. */
  error?: AppError;
  /** When it was last asked for, in milliseconds since 1970. */
  at: number;
}

interface StatusRecord extends KnownStatus {
  /**
   * The turn of the question that this answers: a later one's answer is not replaced by an earlier
   * one's.
   */
  turn: number;
}

/**
 * What is known of organizations, services, environments and their statuses. Views show it and hold
 * nothing of their own.
 */
export class ServiceStore implements Disposable {
  private readonly changes = new Emitter<ServiceChange>();
  private readonly organizationLists = new PromiseCache<readonly Organization[]>();
  private readonly serviceLists = new PromiseCache<readonly Service[]>();
  private readonly environmentLists = new PromiseCache<readonly ServiceEnvironment[]>();
  private readonly statuses = new Map<string, StatusRecord>();
  private turns = 0;

  readonly onDidChange = this.changes.event;

  constructor(private readonly apis: Apis) {}

  organizations(accountId: string, signal?: AbortSignal): Promise<readonly Organization[]> {
    const ask = async () => (await this.apis.forAccount(accountId)).listOrganizations();
    return this.organizationLists.get(cacheKey(accountId), ask, signal);
  }

  services(
    accountId: string,
    organizationId: string,
    signal?: AbortSignal,
  ): Promise<readonly Service[]> {
    const ask = async () => (await this.apis.forAccount(accountId)).listServices(organizationId);
    return this.serviceLists.get(cacheKey(accountId, organizationId), ask, signal);
  }

  environments(
    accountId: string,
    serviceId: string,
    signal?: AbortSignal,
  ): Promise<readonly ServiceEnvironment[]> {
    const ask = async () =>
      (await this.apis.forAccount(accountId)).listServiceEnvironments(serviceId);
    return this.environmentLists.get(cacheKey(accountId, serviceId), ask, signal);
  }

  knownStatus(key: EnvironmentKey): KnownStatus | undefined {
    return this.statuses.get(statusKey(key));
  }

  /** Asks over the wire; what comes back, an error too, is kept. Cancelling is not an answer. */
  async fetchStatus(key: EnvironmentKey, signal?: AbortSignal): Promise<ServiceStatus> {
    const turn = this.nextTurn();
    const status = await this.askStatus(key, signal).catch((error: unknown) => {
      if (!isAppError(error, 'cancelled')) {
        this.keep(key, turn, { status: this.knownStatus(key)?.status, error: toAppError(error) });
      }
      throw error;
    });
    this.keep(key, turn, { status });
    return status;
  }

  /** Takes what somebody else has just fetched, such as the watch over a deploy. */
  acceptStatus(key: EnvironmentKey, status: ServiceStatus): void {
    this.keep(key, this.nextTurn(), { status });
  }

  /** Forgets what is known, of one account or of all, so that it is asked for again. */
  refresh(accountId?: string): void {
    const prefix = accountId === undefined ? '' : cacheKey(accountId);
    for (const cache of [this.organizationLists, this.serviceLists, this.environmentLists]) {
      cache.clear(prefix);
    }
    for (const key of [...this.statuses.keys()].filter((known) => known.startsWith(prefix))) {
      this.statuses.delete(key);
    }
    this.changes.fire(accountId === undefined ? { kind: 'all' } : { kind: 'account', accountId });
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async askStatus(key: EnvironmentKey, signal?: AbortSignal): Promise<ServiceStatus> {
    const api = await this.apis.forAccount(key.accountId);
    return api.getStatus(key.serviceId, key.environmentId, signal);
  }

  private nextTurn(): number {
    this.turns += 1;
    return this.turns;
  }

  private keep(key: EnvironmentKey, turn: number, seen: Omit<KnownStatus, 'at'>): void {
    const before = this.statuses.get(statusKey(key));
    if (before !== undefined && before.turn > turn) {
      return;
    }
    this.statuses.set(statusKey(key), { ...seen, at: Date.now(), turn });
    const isSame =
      before !== undefined &&
      isDeepStrictEqual(before.status, seen.status) &&
      before.error?.message === seen.error?.message;
    if (!isSame) {
      this.changes.fire({ kind: 'status', key });
    }
  }
}

/** Ends in a separator, so that one account's keys never begin like another's. */
function cacheKey(...parts: readonly string[]): string {
  return parts.map((part) => `${part}\n`).join('');
}

function statusKey({ accountId, serviceId, environmentId }: EnvironmentKey): string {
  return cacheKey(accountId, serviceId, environmentId);
}

function toAppError(error: unknown): AppError {
  return isAppError(error)
    ? error
    : new AppError('serverFailed', `The status could not be fetched: ${messageOf(error)}`, {
        cause: error,
      });
}
