import { AppError } from '../../base/errors';
import { bundleLimit, planBundle, type BundlePlan } from '../../project/bundlePlan';
import type { DeployRequest } from '../deployEvents';

export interface LastLook {
  /** What is sent: the folder as it is now. */
  readonly bundle: BundlePlan;
  /** Whether something that changed may hold secrets which somebody let pass. */
  readonly mayLeak: boolean;
}

/**
 * Looks at a folder again right before it is sent: editors, builds and people go on while somebody
 * thinks about the version. Throws what `recheck` does, `bundleTooLarge`, `cancelled`, `fileInvalid`
 * where what was to be sent is there, but cannot be sent any more, or is needed and gone.
 */
export async function lookAgain(request: DeployRequest): Promise<LastLook> {
  const { recheck } = request;
  if (!recheck) {
    return { bundle: request.bundle, mayLeak: false };
  }
  const bundle = await planAgain(request);
  return { bundle, mayLeak: await recheck(bundle) };
}

async function planAgain({ bundle, signal }: DeployRequest): Promise<BundlePlan> {
  const { folder, asCli } = bundle;
  const now = await planBundle(folder, { asCli, signal });
  refuseLost(bundle, now);
  refuseMissing(bundle, now);
  refuseTooLarge(now);
  return now;
}

/** What was small enough when somebody looked. Throws `bundleTooLarge`. */
export function refuseTooLarge({ tarBytes }: BundlePlan): void {
  if (tarBytes > bundleLimit) {
    throw new AppError(
      'bundleTooLarge',
      `The bundle has ${tarBytes} bytes by now; the limit is ${bundleLimit}.`,
    );
  }
}

const needed = ['index.js', 'package.json'];

/** The instance starts and installs the service with them. */
function refuseMissing(before: BundlePlan, now: BundlePlan): void {
  const has = ({ files }: BundlePlan, name: string) => files.some(({ path }) => path === name);
  const missing = needed.find((name) => has(before, name) && !has(now, name));
  if (missing !== undefined) {
    const message = `${missing} would not be sent any more, but the instance needs it.`;
    throw new AppError('fileInvalid', message);
  }
}

/** Nobody was told of it: what cannot be sent from the start on is a warning. */
function refuseLost({ files }: BundlePlan, { excluded }: BundlePlan): void {
  for (const { path, rule, obstacle } of excluded) {
    const lost = obstacle && files.find((file) => `${file.path}/`.startsWith(`${path}/`));
    if (lost) {
      throw new AppError('fileInvalid', `${lost.path} cannot be sent any more (${rule}).`);
    }
  }
}
