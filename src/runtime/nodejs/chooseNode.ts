import { intersects, satisfies, validRange } from 'semver';
import { AppError } from '../../core/base/errors';
import type { NodeInstallation } from './ownNode';
import { majorOf, nodeMajors } from './runtimeNames';

export interface NodeWish {
  /** What the service environment names, such as `flex-runtime-node12`. */
  readonly runtime?: string;
  /** `engines.node` of the service's package.json. */
  readonly engines?: string;
}

/**
 * The major version of Node.js that a service runs on: what its environment names; else the
 * runtime's own, which needs no download, where `engines` allows it; else the newest that it allows.
 * The SDK narrows nothing: 1.2, 2.0, 2.1, 3.1, 3.2 and 3.3 start and answer on every one from 6 to
 * 24, though each claims to need 6. Throws AppError deployFailed.
 */
export function chooseNode({ runtime, engines }: NodeWish, own?: NodeInstallation): number {
  if (runtime !== undefined) {
    return majorOf(runtime) ?? refuse(`There is no runtime named ${runtime}`);
  }
  const range = validRange(engines) ?? '*';
  if (own && satisfies(own.version, range)) {
    return own.major;
  }
  const newest = nodeMajors.findLast((major) => intersects(range, `${major}.x`));
  return newest ?? refuse(`The engines in package.json ask for Node.js ${engines ?? ''}`);
}

function refuse(problem: string): never {
  const known = nodeMajors.join(', ');
  throw new AppError(
    'deployFailed',
    `${problem}, but services run on Node.js ${known}. Choose one of these as the runtime of the service environment.`,
  );
}
