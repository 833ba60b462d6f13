import { messageOf } from '../core/base/errors';
import { silentLog } from '../core/base/log';
import { MapMemory } from '../core/base/memory';
import type { DeployEvent } from '../core/deploy/deployEvents';
import { Deployments } from '../core/deploy/deployment';
import { DeploymentStore } from '../core/deploy/history/deploymentStore';
import type { ManagementApi } from '../core/kinvey/managementApi';
import { ServiceStore } from '../core/services/serviceStore';
import { onlyApi, type DeployReport, type DeployRun } from './deployRun';

type Request = Omit<Parameters<Deployments['deploy']>[0], 'signal' | 'onEvent'>;

/**
 * Sends and, unless nobody wants it to, watches. What is thrown while watching does not say that
 * nothing was sent, and so is told as `unknown`.
 */
export async function sendDeploy(
  run: DeployRun,
  api: ManagementApi,
  request: Request,
): Promise<DeployReport> {
  const { options, signal } = run;
  const { version } = request;
  let job: string | undefined;
  const onEvent = (event: DeployEvent) => {
    job = event.job ?? job;
    run.onEvent(event);
  };
  const deployments = createDeployments(api);
  try {
    if (options.isWatchUnwanted) {
      const record = await deployments.send({ ...request, signal, onEvent });
      return { outcome: 'sent', version, job: record.job, unwritten: record.unwritten };
    }
    return await deployments.deploy({ ...request, signal, onEvent });
  } catch (error) {
    if (job === undefined) {
      throw error;
    }
    return { outcome: 'unknown', version, job, reason: messageOf(error) };
  }
}

/** Nothing is remembered: a pipeline's folder is used once. */
function createDeployments(api: ManagementApi): Deployments {
  const apis = onlyApi(api);
  const records = new DeploymentStore(new MapMemory());
  return new Deployments(apis, records, new ServiceStore(apis), silentLog);
}
