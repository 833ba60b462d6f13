import path from 'node:path';
import { AppError } from '../core/base/errors';
import { isBlocking, type Finding, type FindingCode } from '../core/review/finding';

/** Of what a review holds a deploy back for; what is wrong with the folder itself is not among them. */
export const acceptableCodes = [
  'leak',
  'syntaxError',
  'moduleSyntax',
  'packageMissing',
  'packageDevOnly',
  'packageLocal',
  'builtinMissing',
  'fileMissing',
  'fileExcluded',
  'startFailed',
  'handlersGone',
] as const satisfies readonly FindingCode[];

/** The findings of a code that are sent nevertheless. */
export interface Accepted {
  readonly code: FindingCode;
  /** Absolute; absent: in whichever file they are. */
  readonly file?: string;
}

export interface JudgedFinding extends Finding {
  /** Whether it would hold the deploy back, had nobody accepted it. */
  readonly isAccepted: boolean;
}

/** Of `leak` or `leak:lib/mail.js`. Throws `invalidInput`, which names the codes that there are. */
export function parseAccepted(text: string, folder: string): Accepted {
  const [, name, file] = /^(\w+)(?::(.+))?$/.exec(text) ?? [];
  const code = acceptableCodes.find((one) => one === name);
  if (code === undefined) {
    const codes = acceptableCodes.join(', ');
    throw new AppError(
      'invalidInput',
      `--accept cannot be ${text}: give one of ${codes}, alone or with a file, such as leak:lib/mail.js.`,
    );
  }
  return { code, ...(file !== undefined && { file: path.resolve(folder, file) }) };
}

/** What a review found, by what was accepted. */
export function judge(
  findings: readonly Finding[],
  accepted: 'all' | readonly Accepted[],
): readonly JudgedFinding[] {
  const isMeant = ({ code, file }: Finding) =>
    accepted === 'all' ||
    accepted.some((one) => one.code === code && (one.file === undefined || one.file === file));
  return findings.map((one) => ({ ...one, isAccepted: isBlocking(one) && isMeant(one) }));
}

export function isRefused(finding: JudgedFinding): boolean {
  return isBlocking(finding) && !finding.isAccepted;
}
