/** What a check of a project found, for a person to decide on. */
export interface Finding {
  /** `error`: the service will not start like this; `warning`: it may not do what is expected. */
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  /** A sentence that tells where, what and what to do. */
  readonly message: string;
  /** Absolute path. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Only where a program can do it. */
  readonly fix?: Fix;
  /** Of what looks like a secret: by it a person's decision is remembered. */
  readonly leak?: string;
}

/** Whether a deploy waits for somebody's decision. */
export function isBlocking({ severity }: Finding): boolean {
  return severity === 'error';
}

export function isLeak({ leak }: Finding): boolean {
  return leak !== undefined;
}

/** Whether both tell the same, also where its line is another one by now. */
export function isSameFinding(one: Finding, other: Finding): boolean {
  return one.leak === undefined && other.leak === undefined
    ? one.code === other.code && one.file === other.file && lineless(one) === lineless(other)
    : one.leak === other.leak;
}

function lineless({ message, line }: Finding): string {
  return message.replace(`, line ${line}`, '');
}

/** The same ones, otherwise in the order that they have. */
export function errorsFirst(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ severity }: Finding) => (severity === 'error' ? 0 : 1);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

export type FindingCode =
  | 'unsaved'
  | 'notBound'
  | 'manifestInvalid'
  | 'noIndex'
  | 'noSdk'
  | 'bundleTooLarge'
  | 'bundleEmpty'
  | 'syntaxError'
  | 'moduleSyntax'
  | 'packageMissing'
  | 'packageDevOnly'
  | 'packageTransitive'
  | 'packageLocal'
  | 'builtinMissing'
  | 'fileMissing'
  | 'fileExcluded'
  | 'enginesInvalid'
  | 'enginesMismatch'
  | 'sdkUnknown'
  | 'variableUnset'
  | 'startFailed'
  | 'startUnchecked'
  | 'sourceUnchecked'
  | 'acceptUnused'
  | 'handlersGone'
  | 'jobRunning'
  | 'leftOut'
  | 'environmentUnchecked'
  | 'leak';

export interface Fix {
  /** `moveDependency`: from devDependencies to dependencies. */
  readonly kind:
    | 'addDependency'
    | 'moveDependency'
    | 'setVariable'
    | 'setEngines'
    | 'bindFolder'
    | 'followDeploy'
    | 'saveEditor';
  /**
   * Of the package, the variable, the folder or the service; for the engines the range of Node.js,
   * such as `>=12`; for an editor the path of its file in the folder.
   */
  readonly name: string;
}
