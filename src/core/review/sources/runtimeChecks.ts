import { intersects, validRange } from 'semver';
import type { Finding, Fix } from '../finding';
import type { PackageFile } from './packageFile';

const sdk = 'kinvey-flex-sdk';
/** The majors that there are; contract 7. */
const sdkVersions = '1.x || 2.x || 3.x || 4.x';

/** The major version of Node.js of a runtime's name, `flex-runtime-node12`; undefined: it is another. */
export function nodeMajorOf(runtime: string | null | undefined): number | undefined {
  const major = /^flex-runtime-node(\d+)$/.exec(runtime ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

/** Whether what package.json asks for is what the service will run with. */
export function checkRuntime(
  { node, installed }: PackageFile,
  file: string,
  nodeMajor?: number,
): Finding[] {
  return [...checkEngines(node, nodeMajor), ...checkSdk(installed.get(sdk))].map((one) => ({
    ...one,
    severity: 'warning',
    file,
  }));
}

type Problem = Pick<Finding, 'code' | 'message' | 'fix'>;

function checkEngines(range: string | undefined, major: number | undefined): Problem[] {
  if (range === undefined) {
    return [];
  }
  if (validRange(range) === null) {
    const message = `The engines in package.json name "${range}" for node, which is no version range: write one such as ">=12".`;
    return [{ code: 'enginesInvalid', message, ...fixFor(major) }];
  }
  if (major === undefined || intersects(range, `${major}.x`)) {
    return [];
  }
  const message = `The engines in package.json ask for Node.js ${range}, but the service environment runs Node.js ${major}: change its runtime or the engines.`;
  return [{ code: 'enginesMismatch', message, ...fixFor(major) }];
}

/** Asks for what there is; undefined where the environment names no Node.js. */
function fixFor(major: number | undefined): { fix?: Fix } {
  return major === undefined ? {} : { fix: { kind: 'setEngines', name: `>=${major}` } };
}

/** A tag or an address tells no version. */
function checkSdk(range: string | undefined): Problem[] {
  if (range === undefined || validRange(range) === null || intersects(range, sdkVersions)) {
    return [];
  }
  const message = `package.json asks for ${sdk} ${range}, and only versions 1 to 4 are known to work here.`;
  return [{ code: 'sdkUnknown', message }];
}
