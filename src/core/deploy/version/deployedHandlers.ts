import { isAppError } from '../../base/errors';
import { readDiscovery, type Discovery } from '../../handlers/discovery';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import { isKinveyInstance } from '../../kinvey/instances';
import type { ManagementApi } from '../../kinvey/managementApi';
import type { DeploymentRecord } from '../history/deploymentRecord';

export interface DeployedQuestion {
  readonly api: ManagementApi;
  readonly environmentId: string;
  readonly status: ServiceStatus;
  /** What came online there from here, the newest first. */
  readonly deployed: readonly DeploymentRecord[];
  readonly signal?: AbortSignal;
}

/**
 * The handlers of the version that serves: as they are remembered, since whoever asks a running
 * service for an unknown object adds it (contract T22), else as the instance tells them. Undefined
 * where neither does. Throws only `cancelled`.
 */
export async function deployedHandlers(question: DeployedQuestion): Promise<Discovery | undefined> {
  const { api, environmentId, status, deployed, signal } = question;
  if (!status.version) {
    return undefined;
  }
  const own = deployed.find(({ version, handlers }) => version === status.version && handlers);
  return own?.handlers ?? discoverDeployed(api, environmentId, signal);
}

/** Undefined where the instance does not tell; Kinvey's own are not asked. Throws only `cancelled`. */
export async function discoverDeployed(
  api: Pick<ManagementApi, 'baseUrl' | 'discoverHandlers'>,
  environmentId: string,
  signal?: AbortSignal,
): Promise<Discovery | undefined> {
  if (isKinveyInstance(api.baseUrl)) {
    return undefined;
  }
  try {
    return readDiscovery(await api.discoverHandlers(environmentId, signal));
  } catch (error) {
    if (isAppError(error, 'cancelled')) {
      throw error;
    }
    return undefined;
  }
}
