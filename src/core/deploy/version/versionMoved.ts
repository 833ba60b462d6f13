import { AppError } from '../../base/errors';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { DeployRequest } from '../deployEvents';
import { cloudVersion } from './versionFacts';

/**
 * Somebody else may have deployed while a person thought about the version: throws `versionMoved`
 * then, since what was chosen would replace theirs unseen.
 */
export function refuseIfMoved({ target, seen, version }: DeployRequest, now: ServiceStatus): void {
  const cloud = cloudVersion(now);
  if (seen === undefined || cloud === cloudVersion(seen)) {
    return;
  }
  const { email } = now.deployUserInfo ?? {};
  const by = email === undefined ? '' : ` by ${email}`;
  throw new AppError(
    'versionMoved',
    `${target.serviceName} · ${target.environmentName} got ${cloud ?? 'another version'}${by} meanwhile: choose again whether to deploy ${version}.`,
  );
}
