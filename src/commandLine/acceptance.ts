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
  /** Where they are; absent: anywhere. */
  readonly place?: Place;
}

interface Place {
  /** Absolute. */
  readonly file: string;
  /** Counted from 1; absent: on any. */
  readonly line?: number;
}

export interface JudgedFinding extends Finding {
  /** Whether it would hold the deploy back, had nobody accepted it. */
  readonly isAccepted: boolean;
}

/**
 * Of `leak`, `leak:lib/mail.js` or `leak:lib/mail.js:12`. Throws `invalidInput`, which names the
 * codes that there are.
 */
export function parseAccepted(text: string, folder: string): Accepted {
  const [, name, file, line] = /^(\w+)(?::(.+?)(?::(\d+))?)?$/.exec(text) ?? [];
  const code = acceptableCodes.find((one) => one === name);
  if (code === undefined) {
    const codes = acceptableCodes.join(', ');
    throw new AppError(
      'invalidInput',
      `--accept cannot be ${text}: give one of ${codes}, alone or with a file and a line, such as leak:lib/mail.js or leak:lib/mail.js:12.`,
    );
  }
  return { code, text, place: file === undefined ? undefined : placeOf(folder, file, line) };
}

function placeOf(folder: string, file: string, line?: string): Place {
  return { file: path.resolve(folder, file), line: line === undefined ? undefined : Number(line) };
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
  return unused.map(({ text, place }) => ({
    ...{ severity: 'warning', code: 'acceptUnused', isAccepted: false, file: place?.file },
    message: `--accept ${text} fits nothing that was found.`,
  }));
}

function fits({ code, place }: Accepted, finding: Finding): boolean {
  return code === finding.code && (place === undefined || isAt(place, finding));
}

function isAt({ file, line }: Place, finding: Finding): boolean {
  return file === finding.file && (line === undefined || line === finding.line);
}

export function isRefused(finding: JudgedFinding): boolean {
  return isBlocking(finding) && !finding.isAccepted;
}
