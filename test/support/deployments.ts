import { accountId, type Account } from '../../src/core/accounts/account';
import { AccountStore } from '../../src/core/accounts/accountStore';
import { ApiProvider } from '../../src/core/accounts/apiProvider';
import type { SecretStore } from '../../src/core/accounts/secretStore';
import { Emitter } from '../../src/core/base/event';
import { silentLog, type Log } from '../../src/core/base/log';
import { Deployments } from '../../src/core/deploy/deployment';
import { DeployRecovery } from '../../src/core/deploy/sending/deployRecovery';
import type { SharedMemory } from '../../src/core/base/memory';
import { VersionResolver } from '../../src/core/deploy/version/versionResolver';
import { DeploymentStore } from '../../src/core/deploy/history/deploymentStore';
import { HttpClient } from '../../src/core/kinvey/httpClient';
import { ManagementApi } from '../../src/core/kinvey/managementApi';
import { ServiceStore } from '../../src/core/services/serviceStore';
import { createJsonMemory } from './jsonMemory';

export interface ConnectedDeployments {
  readonly account: Account;
  readonly records: DeploymentStore;
  readonly services: ServiceStore;
  readonly deployments: Deployments;
  readonly recovery: DeployRecovery;
  readonly versions: VersionResolver;
  /** With another session. */
  signIn(token: string): Promise<void>;
}

export interface ConnectOptions {
  log?: Log;
  intervalMs?: number;
  /** What is remembered, to outlive a window. */
  memory?: SharedMemory;
  /** Of the window's process. */
  pid?: number;
  /** Of the account that the token is of: the instance tells who deployed. */
  email?: string;
}

/** Deployments with everything below them as in the product, signed in at an instance. */
export async function connectDeployments(
  instance: string,
  token: string,
  {
    log = silentLog,
    intervalMs = 5,
    memory = createJsonMemory(),
    pid,
    email = 'ann@example.com',
  }: ConnectOptions = {},
): Promise<ConnectedDeployments> {
  const account = { id: accountId(email, instance), email, instance };
  const accounts = new AccountStore(createSecretStore(), log);
  await accounts.save(account, token);
  const apis = new ApiProvider(accounts, (baseUrl, ownToken) => {
    const product = 'FlexService/test';
    const http = new HttpClient({ baseUrl, token: ownToken, product, log, backoffMs: 1 });
    return new ManagementApi(http);
  });
  const records = new DeploymentStore(memory, pid);
  const services = new ServiceStore(apis);
  const deployments = new Deployments(apis, records, services, log, { intervalMs });
  const recovery = new DeployRecovery(apis, records, log, { intervalMs });
  const versions = new VersionResolver(apis, services, records);
  const signIn = (other: string) => accounts.save(account, other);
  return { account, records, services, deployments, recovery, versions, signIn };
}

function createSecretStore(): SecretStore {
  const secrets = new Map<string, string>();
  const changed = new Emitter<string>();
  return {
    get: (key) => Promise.resolve(secrets.get(key)),
    set: (key, value) => Promise.resolve(void secrets.set(key, value)),
    delete: (key) => Promise.resolve(void secrets.delete(key)),
    keys: () => Promise.resolve([...secrets.keys()]),
    onDidChange: changed.event,
  };
}
