import * as vscode from 'vscode';
import { pick } from '../ask';
import type { NamedTarget } from '../targets';

/** Kinvey takes those up to 12 (contract 3.5), the FlexService Runtime all of them. */
const majors = [24, 22, 20, 18, 16, 14, 12, 10, 8, 6];

/** Asks which Node.js an environment's service runs on; answers the API's name of it. */
export async function askRuntime(
  { serviceName, environmentName }: NamedTarget,
  present: string | undefined,
): Promise<string> {
  const choices = majors.map((major) => {
    const value = `flex-runtime-node${major}`;
    return { label: `Node.js ${major}`, description: value, value };
  });
  const now = present ?? vscode.l10n.t('chosen by the instance');
  return pick(choices, {
    title: vscode.l10n.t('Node.js of {0} · {1}, now {2}', serviceName, environmentName, now),
    placeholder: vscode.l10n.t('Kinvey runs 6 to 12, the FlexService Runtime all of these'),
  });
}
