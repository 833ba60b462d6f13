import { lastOnline, type DeploymentRecord } from '../history/deploymentRecord';
import type { Vault } from './vault';

/**
 * Keeps the vault within its bounds, after a deploy of this folder, whose history has the newest
 * first. Answers what had to go though an environment runs it, such as `orders · Development 1.0.1`.
 */
export async function collectCopies(
  vault: Vault,
  folder: string,
  history: readonly DeploymentRecord[],
): Promise<string[]> {
  const referred = new Set(history.flatMap(({ bundleHash }) => bundleHash ?? []));
  const serving = Map.groupBy(lastOnline(history), ({ bundleHash = '' }) => bundleHash);
  const names = [...serving].map(([hash, records]) => [hash, namesOf(records)] as const);
  return vault.collect(folder, { referred, serving: new Map(names) });
}

function namesOf(records: readonly DeploymentRecord[]): string {
  const names = records.map(
    ({ serviceName, environmentName, version = '' }) =>
      `${serviceName} · ${environmentName} ${version}`,
  );
  return names.join(', ');
}
