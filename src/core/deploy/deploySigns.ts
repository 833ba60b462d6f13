import type { ServiceStatus } from '../kinvey/apiTypes';

/**
 * Whether a status tells of a deploy of this version that came after `before`. The same version may
 * have been there already (contract 4.4 lets some pass); its time tells then.
 */
export function tellsOfDeploy(now: ServiceStatus, before: ServiceStatus, version: string): boolean {
  const isNew = now.requestedAt !== before.requestedAt || !mentionsVersion(before, version);
  return isNew && mentionsVersion(now, version);
}

/** Whether this version serves, or is or was the latest rollout. */
export function mentionsVersion({ version, deployment }: ServiceStatus, wanted: string): boolean {
  return version === wanted || deployment?.version === wanted;
}
