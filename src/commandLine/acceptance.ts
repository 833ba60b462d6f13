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
  /** As it was given. */
  readonly text: string;
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
  return { code, text, ...(file !== undefined && { file: path.resolve(folder, file) }) };
}

/** What a review found, by what was accepted. */
export function judge(
  findings: readonly Finding[],
  accepted: 'all' | readonly Accepted[],
): readonly JudgedFinding[] {
  const isMeant = (finding: Finding) =>
    accepted === 'all' || accepted.some((one) => fits(one, finding));
  return findings.map((one) => ({ ...one, isAccepted: isBlocking(one) && isMeant(one) }));
}

/** What was accepted, and fits nothing that was found. */
export function unusedOf(
  findings: readonly Finding[],
  accepted: 'all' | readonly Accepted[],
): readonly JudgedFinding[] {
  const each = accepted === 'all' ? [] : accepted;
  const unused = each.filter((one) => !findings.some((finding) => fits(one, finding)));
  return unused.map(({ text, file }) => ({
    ...{ severity: 'warning', code: 'acceptUnused', isAccepted: false, file },
    message: `--accept ${text} fits nothing that was found.`,
  }));
}

function fits({ code, file }: Accepted, finding: Finding): boolean {
  return code === finding.code && (file === undefined || file === finding.file);
}

export function isRefused(finding: JudgedFinding): boolean {
  return isBlocking(finding) && !finding.isAccepted;
}
