import { AppError } from '../core/base/errors';
import { folderFindings } from '../core/deploy/folderFindings';
import { checkFolder, type Preflight } from '../core/deploy/preflight';
import type { ManagementApi } from '../core/kinvey/managementApi';
import { isBlocking, type DeployReview } from '../core/review/deployReview';
import type { Finding } from '../core/review/finding';
import type { DeployOptions } from './deployOptions';
import { locate } from './deployTarget';

export interface RefusedRun {
  readonly options: DeployOptions;
  readonly signal: AbortSignal;
  readonly onFindings: (findings: readonly Finding[]) => void;
}

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
  { options, signal, onFindings }: RefusedRun,
  check: Preflight,
  { api, review }: { api: ManagementApi; review: DeployReview },
): Promise<AppError> {
  const { variables, runtime } = options;
  const findings = await folderFindings(check, {
    locate: () => locate(api, options, signal),
    review: (bundle, there) =>
      review.start({ ...there, bundle, variables, runtime, signal }).findings,
  });
  onFindings(findings);
  return refused(options.folder, findings.filter(isBlocking));
}

/** Throws `preflightFailed` for what nobody accepted. */
export function refuseBlocking(options: DeployOptions, findings: readonly Finding[]): void {
  const blocking = refusedFindings(options, findings);
  if (blocking.length > 0) {
    throw refused(options.folder, blocking);
  }
}

export function refusedFindings(
  { areFindingsAccepted }: DeployOptions,
  findings: readonly Finding[],
) {
  return areFindingsAccepted ? [] : findings.filter(isBlocking);
}

function refused(folder: string, problems: readonly { message: string }[]): AppError {
  const list = problems.map(({ message }) => `- ${message}`).join('\n');
  return new AppError('preflightFailed', `${folder} cannot be deployed:\n${list}`);
}
