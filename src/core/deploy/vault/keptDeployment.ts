import { AppError } from '../../base/errors';
import type { DeploymentRecord } from '../history/deploymentRecord';
import { readKeptBundle, type KeptBundle } from './keptBundle';
import type { Vault } from './vault';

/** Names one of a folder's deployments; the newest that fits. */
export interface DeploymentName {
  readonly version?: string;
  readonly job?: string;
}

/** Looks among deployments, not recycles; undefined where none fits. */
export function findDeployment(
  history: readonly DeploymentRecord[],
  name: DeploymentName,
): DeploymentRecord | undefined {
  return history.find((record) => record.kind === 'deploy' && isNamed(record, name));
}

export function isNamed(record: DeploymentRecord, { version, job }: DeploymentName): boolean {
  const isVersion = version === undefined || record.version === version;
  return isVersion && (job === undefined || record.job === job);
}

/** What was sent with a deployment. Throws `notFound`, which tells why it is not kept, and `fileInvalid`. */
export async function readKeptDeployment(
  vault: Vault,
  { folder, version = '', bundleHash, copy }: DeploymentRecord,
): Promise<KeptBundle> {
  if (bundleHash === undefined || copy !== 'kept') {
    throw new AppError('notFound', `What was sent as ${version} is not kept: ${whyNot(copy)}.`);
  }
  return readKeptBundle(vault, folder, bundleHash);
}

function whyNot(copy: DeploymentRecord['copy']): string {
  switch (copy) {
    case 'leaks':
      return 'something in it looked like a secret';
    case 'large':
      return 'it is larger than all that may be kept';
    case 'failed':
      return 'it could not be written to the disk';
    case 'kept':
    case undefined:
      return 'nothing was to be kept then';
  }
}
