import { AppError } from '../core/base/errors';
import { folderFindings } from '../core/deploy/checks/folderFindings';
import { checkFolder, type Preflight } from '../core/deploy/checks/preflight';
import type { DeployReview } from '../core/review/deployReview';
import type { Finding } from '../core/review/finding';
import { isRefused, judge, type JudgedFinding } from './acceptance';
import type { DeployOptions } from './deployOptions';
import type { DeployRun } from './deployRun';
import type { Location } from './deployTarget';

/** Whoever names the service needs no binding. */
export async function checked(
  { folder, asCli, service }: DeployOptions,
  signal: AbortSignal,
): Promise<Preflight> {
  const check = await checkFolder(folder, { asCli, signal });
  const isCounted = ({ code }: Finding) => code !== 'notBound' || service === undefined;
  return { ...check, problems: check.problems.filter(isCounted) };
}

/** What keeps the folder from being sent whatever is accepted, with all else that is in the way. */
export async function folderRefusal(
  { options, signal, onFindings }: DeployRun,
  check: Preflight,
  { locating, review }: { locating: Promise<Location>; review: DeployReview },
): Promise<AppError> {
  const { variables, runtime, accepted } = options;
  const found = await folderFindings(check, {
    locate: () => locating,
    review: (bundle, there) =>
      review.start({ ...there, bundle, variables, runtime, signal }).findings,
  });
  const isOfFolder = (one: Finding) => check.problems.includes(one);
  const findings = found.flatMap((one) => judge([one], isOfFolder(one) ? [] : accepted));
  onFindings(findings);
  return refusal(options.folder, findings);
}

/** Throws `preflightFailed` for what nobody accepted. */
export function refuseBlocking(folder: string, findings: readonly JudgedFinding[]): void {
  if (findings.some(isRefused)) {
    throw refusal(folder, findings);
  }
}

/** What they are is told by then. */
function refusal(folder: string, findings: readonly JudgedFinding[]): AppError {
  const count = findings.filter(isRefused).length;
  const what = count === 1 ? 'an error was' : `${count} errors were`;
  return new AppError('preflightFailed', `${folder} cannot be deployed: ${what} found.`);
}
