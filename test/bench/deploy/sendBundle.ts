import type { DeploymentRecord } from '../../../src/core/deploy/history/deploymentRecord';
import { planBundle } from '../../../src/core/project/bundlePlan';
import type { ConnectedDeployments } from '../../support/deployments';
import type { TestService } from '../../support/runtimeClient';

/** A folder whose version is written already. */
export interface WrittenBundle {
  readonly folder: string;
  readonly version: string;
}

/** Sends it as the editor does, up to the job's id. */
export async function sendBundle(
  { deployments, account }: ConnectedDeployments,
  service: TestService,
  { folder, version }: WrittenBundle,
): Promise<DeploymentRecord> {
  const names = { serviceName: 'x', environmentName: 'Development' };
  return deployments.send({
    target: { ...service, ...names, folder, account },
    bundle: await planBundle(folder),
    version,
    onEvent: () => undefined,
  });
}
