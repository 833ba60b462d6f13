import path from 'node:path';
import type { BundlePlan, ExcludedPath } from '../project/bundlePlan';
import type { Finding } from './finding';

/** A folder of pipes, or of links to another project, is told by its first ones. */
const mostTold = 20;

/** What nobody's rule excludes, but cannot be sent: whoever deploys may believe that it is. */
export function leftOutFindings(bundle: BundlePlan): Finding[] {
  const leftOut = bundle.excluded.filter(({ obstacle }) => obstacle !== undefined);
  const told = leftOut.slice(0, mostTold).map((one) => leftOutFinding(bundle, one));
  const more = leftOut.length - told.length;
  const rest = `${more} more in ${bundle.folder} are not deployed, such as ${leftOut.at(-1)?.path}.`;
  return more > 0 ? [...told, warning(rest)] : told;
}

function leftOutFinding(
  { folder, asCli }: BundlePlan,
  { path: relative, rule, obstacle }: ExcludedPath,
): Finding {
  const advice = asCli ? '' : ' Where that is right, leave it out in .kinveyignore.';
  // Shown at package.json instead: an editor that opens a pipe waits for whoever writes into it.
  const place = obstacle === 'special' ? {} : { file: path.join(folder, relative) };
  return { ...warning(`${relative} is not deployed (${rule}).${advice}`), ...place };
}

function warning(message: string): Finding {
  return { severity: 'warning', code: 'leftOut', message };
}
