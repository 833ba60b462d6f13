import { atExit } from '../core/base/atExit';
import { messageOf } from '../core/base/errors';
import { silentLog } from '../core/base/log';
import { MapMemory } from '../core/base/memory';
import type { DeployEvent } from '../core/deploy/deployEvents';
import { Deployments } from '../core/deploy/deployment';
import { DeploymentStore } from '../core/deploy/history/deploymentStore';
import type { ManagementApi } from '../core/kinvey/managementApi';
import { restoreVersionEditNow } from '../core/project/versionEdit';
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
  const records = new DeploymentStore(new MapMemory());
  const deployments = createDeployments(api, records);
  const hastyEnd = atExit(() => takeBack(records, options.folder));
  try {
    if (options.isWatchUnwanted) {
      const record = await deployments.send({ ...request, signal, onEvent });
      return { outcome: 'sent', version, job: record.job };
    }
    return await deployments.deploy({ ...request, signal, onEvent });
  } catch (error) {
    if (job === undefined) {
      throw error;
    }
    return { outcome: 'unknown', version, job, reason: messageOf(error) };
  } finally {
    hastyEnd.dispose();
  }
}

/** What is still pending has no job: its version leaves the folder, as after any other failure. */
function takeBack(records: DeploymentStore, folder: string): void {
  const { edit } = records.pending.of(folder)?.record ?? {};
  if (edit) {
    restoreVersionEditNow(edit);
  }
}

/** Nothing is remembered: a pipeline's folder is used once. */
function createDeployments(api: ManagementApi, records: DeploymentStore): Deployments {
  const apis = onlyApi(api);
  return new Deployments(apis, records, new ServiceStore(apis), silentLog);
}
