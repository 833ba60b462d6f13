import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { EnvironmentKey } from '../../services/serviceStore';
import { cameOnline, type DeploymentRecord } from '../history/deploymentRecord';
import { highestOf } from './version';

/** The versions that the next one is counted from. */
export interface VersionFacts {
  /** What package.json says. */
  readonly local?: string;
  /** What the instance compares with; contract 4.4. */
  readonly cloud?: string;
  /** The highest that was ever deployed there, as far as this machine and the instance tell. */
  readonly highest?: string;
  /** The tag that prereleases are wanted with, instead of that of the versions. */
  readonly tag?: string;
}

/** The version that the instance compares with; contract 4.4. */
export function cloudVersion(status: ServiceStatus): string | undefined {
  return [status.deployment?.version, status.version].find(Boolean);
}

/** What is known of a service environment before a deploy. */
export function versionFacts(
  local: string | undefined,
  status: ServiceStatus,
  deployed: readonly DeploymentRecord[] = [],
): VersionFacts {
  const versions = deployed.map(({ version }) => version);
  const highest = highestOf([...versions, status.version, status.deployment?.version]);
  return { local, cloud: cloudVersion(status), highest };
}

/** The deployments of a service environment that came online, with all handlers or not; the newest first. */
export function onlineDeployments(
  history: readonly DeploymentRecord[],
  { accountId, serviceId, environmentId }: EnvironmentKey,
): readonly DeploymentRecord[] {
  return history.filter(
    (one) =>
      cameOnline(one) &&
      one.accountId === accountId &&
      one.serviceId === serviceId &&
      one.environmentId === environmentId,
  );
}
