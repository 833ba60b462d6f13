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
  // Of this deploy alone: a pipeline's folder is used once.
  const records = new DeploymentStore(new MapMemory());
  const deployments = createDeployments(api, records);
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
    const { reason = messageOf(error), unwritten } = records.last(request.target.folder) ?? {};
    return { outcome: 'unknown', version, job, reason, unwritten };
  }
}

function createDeployments(api: ManagementApi, records: DeploymentStore): Deployments {
  const apis = onlyApi(api);
  return new Deployments(apis, records, new ServiceStore(apis), silentLog);
}
