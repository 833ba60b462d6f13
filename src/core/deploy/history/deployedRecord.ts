import { accountOfId, isSameEmail } from '../../accounts/account';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { DeploymentRecord } from './deploymentRecord';

/**
 * The deployment of this history that brought what an environment runs, the newest first; undefined
 * where somebody else did. An instance takes a version once (contract 4.4), but only one that
 * reached it: a deploy that failed before may be followed by another one's of the same version.
 */
export function findDeployed(
  history: readonly DeploymentRecord[],
  environmentId: string,
  status: ServiceStatus,
): DeploymentRecord | undefined {
  return history.find(
    (record) =>
      record.kind === 'deploy' &&
      record.environmentId === environmentId &&
      record.version === status.version &&
      isDeployed(record, status),
  );
}

function isDeployed(record: DeploymentRecord, status: ServiceStatus): boolean {
  switch (record.outcome) {
    case 'online':
    case 'incomplete':
      return true;
    case 'replaced':
    case 'failed':
    case 'stored':
      return false;
    case 'cancelled':
    case 'unknown':
    case undefined:
      return isOwn(record, status);
  }
}

/** Nobody watched it to its end, and the status tells whose deploy it was. */
function isOwn(
  { accountId, version }: DeploymentRecord,
  { deployment, deployUserInfo }: ServiceStatus,
): boolean {
  const isLatest = deployment === undefined || deployment.version === version;
  const own = accountOfId(accountId)?.email;
  return (
    isLatest &&
    own !== undefined &&
    deployUserInfo !== undefined &&
    isSameEmail(deployUserInfo.email, own)
  );
}
