import path from 'node:path';
import { AppError, isAppError } from '../../base/errors';
import { delay } from '../../base/retry';
import type { ServiceEnvironment } from '../../kinvey/apiTypes';
import { bundleLimit, type BundlePlan } from '../../project/bundlePlan';
import type { Target } from '../../project/targetResolver';
import { errorsFirst, type Finding } from '../../review/finding';
import type { Preflight } from './preflight';

/** Where a folder is deployed to, and what goes on there. */
export interface Whereabouts {
  readonly target: Target;
  readonly environment?: ServiceEnvironment;
  /** A deploy that is under way. */
  readonly running?: Finding;
}

/** What is looked at beside the folder itself. */
export interface FurtherLooks {
  /** May fail: then the folder is told about without it. */
  readonly locate: () => Promise<Whereabouts>;
  /** Of what would be sent, with what the environment has where that is known. */
  readonly review: (bundle: BundlePlan, there: Partial<Whereabouts>) => Promise<readonly Finding[]>;
  /** How long an instance may keep a person from what is known of the folder. */
  readonly patienceMs?: number;
}

/** Beyond it something lies in the folder that nobody means to send, and that takes long to read. */
const mostReviewedBytes = 10 * bundleLimit;

/**
 * All that is in the way of a folder that cannot be sent as it is, so that it is mended at once:
 * beside its own problems what the review finds, as far as it can be done, and a deploy that is under
 * way. Errors first. Throws `cancelled`, and what `review` does.
 */
export async function folderFindings(
  check: Preflight,
  { locate, review, patienceMs = 5_000 }: FurtherLooks,
): Promise<readonly Finding[]> {
  const { problems, bundle } = check;
  const there = await asFarAsKnown(locate, patienceMs);
  const isReviewed = bundle !== undefined && bundle.tarBytes <= mostReviewedBytes;
  const reviewed = isReviewed ? await review(bundle, there) : [];
  const unchecked = isNotBound(problems) ? undefined : there.unchecked;
  const beside = [there.running, unchecked].filter((one) => one !== undefined);
  const fresh = reviewed.filter((finding) => !isTold(finding, check));
  return errorsFirst([...problems, ...fresh, ...beside]);
}

type Known = Partial<Whereabouts> & { readonly unchecked?: Finding };

async function asFarAsKnown(
  locate: () => Promise<Whereabouts>,
  patienceMs: number,
): Promise<Known> {
  try {
    return await withPatience(locate(), patienceMs);
  } catch (error) {
    if (!isAppError(error) || error.code === 'cancelled') {
      throw error;
    }
    const message = `What the service environment has and runs was not looked at: ${error.message}`;
    return { unchecked: { severity: 'warning', code: 'environmentUnchecked', message } };
  }
}

async function withPatience<T>(asking: Promise<T>, ms: number): Promise<T> {
  const answered = new AbortController();
  const late = delay(ms, answered.signal).then(() => {
    throw new AppError('timedOut', `the instance did not answer within ${ms / 1_000} s.`);
  });
  try {
    return await Promise.race([asking, late]);
  } finally {
    answered.abort();
  }
}

function isNotBound(problems: readonly Finding[]): boolean {
  return problems.some(({ code }) => code === 'notBound');
}

/** Both read a package.json that scripts load, and both miss it or an index.js that cannot be sent. */
function isTold({ code, file }: Finding, { problems, bundle }: Preflight): boolean {
  const isIndex = bundle && file === path.join(bundle.folder, 'index.js');
  return problems.some(
    (problem) =>
      (problem.code === 'manifestInvalid' && code === 'syntaxError' && problem.file === file) ||
      (problem.code === 'fileExcluded' && code === 'leftOut' && problem.file === file) ||
      (problem.code === 'noIndex' && code === 'leftOut' && isIndex),
  );
}
