import path from 'node:path';
import type { Apis } from '../accounts/apiProvider';
import type { Discovery } from '../handlers/discovery';
import type { ServiceEnvironment } from '../kinvey/apiTypes';
import { changedSince, type BundlePlan } from '../project/bundlePlan';
import type { Leak } from './leaks/fileLeaks';
import { areSourcesChanged, readWithoutVersion } from './changedSources';
import { errorsFirst, isBlocking, isSameFinding, type Finding } from './finding';
import { scanBundle } from './leaks/leakScan';
import { leftOutFindings } from './leftOut';
import { checkStart, type StartCheckRequest, type StartReport } from './startCheck';
import { checkSources, type SourceReport } from './sources/sourceChecks';
import type { Target } from '../project/targetResolver';
import type { UsedVariable } from './sources/usedVariables';

export interface ReviewRequest {
  /** Undefined where nobody knows: then nothing is compared with what it has. */
  readonly target?: Target;
  readonly bundle: BundlePlan;
  /** Of the target; absent: it is asked for. */
  readonly environment?: ServiceEnvironment;
  /** What is set with the deploy, beside what the environment has. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What the environment is to run on from then on. */
  readonly runtime?: string;
  /** Whether the service is to be started here too. */
  readonly startCheck?: StartCheckRequest;
  readonly signal?: AbortSignal;
}

/** What a review finds; all throw `cancelled`, `fileInvalid` and what the wire throws. */
export interface Review {
  /** Errors first. */
  readonly findings: Promise<readonly Finding[]>;
  /** Those of them that are known without a start. */
  readonly read: Promise<readonly Finding[]>;
  /** What the service registers, as soon as its scripts tell, else its start, else undefined. */
  readonly handlers: Promise<Discovery | undefined>;
  /** What it registers whenever it comes up, as far as its scripts tell for sure. */
  readonly certain: Promise<Discovery | undefined>;
  /**
   * What is to be decided on of the bundle as it is now: what looks like a secret in the files that
   * changed, and errors in its sources that `read` does not have.
   */
  readonly checkAgain: (now: BundlePlan) => Promise<readonly Finding[]>;
}

/** Reads what is about to be sent, and tells what would fail there and what should not get there. */
export class DeployReview {
  constructor(private readonly apis: Apis) {}

  /** Where a part of it fails, the rest is given up. */
  start(asked: ReviewRequest): Review {
    const failed = new AbortController();
    const request = { ...asked, signal: AbortSignal.any([failed.signal, ...signalsOf(asked)]) };
    const environment = this.environmentFor(request);
    const sources = environment.then((known) => readSources(request, known));
    const start = environment.then((known) => tryToStart(request, known));
    const read = readFindings(request, environment, sources);
    const findings = withStart(read, start);
    const handlers = sources.then(async (read) => read.handlers ?? (await start).handlers);
    const certain = sources.then((read) => read.certain);
    findings.catch(() => failed.abort());
    // Whoever waits for one of them is told; nobody may.
    for (const part of [read, start, handlers, certain, asked.startCheck?.deployed]) {
      part?.catch(() => undefined);
    }
    const manifest = readWithoutVersion(asked.bundle);
    const checkAgain = async (now: BundlePlan) => {
      const files = changedSince(asked.bundle, now);
      const leaks = await leaksIn({ ...now, files }, await environment, asked.signal);
      const isOther = await areSourcesChanged(asked.bundle, now, manifest);
      const again = isOther
        ? await readSources({ ...asked, bundle: now }, await environment)
        : undefined;
      return [...leaks, ...newErrors(again?.findings ?? [], await read)];
    };
    return { findings, read, handlers, certain, checkAgain };
  }

  /** What the bundle is compared with; undefined where it is gone. Throws what the wire throws. */
  async environmentOf({ account, serviceId, environmentId }: Target, signal?: AbortSignal) {
    const api = await this.apis.forAccount(account.id);
    const environments = await api.listServiceEnvironments(serviceId, signal);
    return environments.find(({ id }) => id === environmentId);
  }

  private async environmentFor({ target, environment, signal }: ReviewRequest) {
    return environment ?? (target && this.environmentOf(target, signal));
  }
}

function newErrors(found: readonly Finding[], known: readonly Finding[]): readonly Finding[] {
  const errors = known.filter(isBlocking);
  return found.filter(
    (one) => isBlocking(one) && !errors.some((error) => isSameFinding(error, one)),
  );
}

function signalsOf({ signal }: ReviewRequest): AbortSignal[] {
  return signal ? [signal] : [];
}

function readSources(
  { bundle, runtime, signal }: ReviewRequest,
  environment: ServiceEnvironment | undefined,
): Promise<SourceReport> {
  return checkSources(bundle, { runtime: runtime ?? environment?.runtime, signal });
}

async function tryToStart(
  { bundle, startCheck, variables, signal }: ReviewRequest,
  environment: ServiceEnvironment | undefined,
): Promise<StartReport> {
  if (!startCheck) {
    return { findings: [] };
  }
  const all = { ...environment?.environmentVariables, ...variables };
  return checkStart({ ...startCheck, bundle, variables: all, signal });
}

async function withStart(
  read: Promise<readonly Finding[]>,
  start: Promise<StartReport>,
): Promise<readonly Finding[]> {
  const found = await read;
  return errorsFirst([...(await start).findings, ...found]);
}

async function readFindings(
  request: ReviewRequest,
  known: Promise<ServiceEnvironment | undefined>,
  sources: Promise<SourceReport>,
): Promise<readonly Finding[]> {
  const { bundle, signal } = request;
  const { findings, usedVariables } = await sources;
  const environment = await known;
  const found = await leaksIn(bundle, environment, signal);
  return [
    ...found,
    ...findings,
    ...leftOutFindings(bundle),
    ...unsetVariables(usedVariables, environment, request),
  ];
}

async function leaksIn(
  bundle: Pick<BundlePlan, 'folder' | 'files'>,
  environment: ServiceEnvironment | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const secrets = environment?.secret ? [environment.secret] : [];
  const leaks = await scanBundle(bundle, { secrets, signal });
  return leaks.map((leak) => leakFinding(bundle.folder, leak));
}

function leakFinding(folder: string, leak: Leak): Finding {
  const { file, line, id } = leak;
  const absolute = path.join(folder, file);
  const message = leakMessage(leak);
  return { severity: 'error', code: 'leak', message, file: absolute, line, leak: id };
}

function leakMessage({ file, line, rule, excerpt, more }: Leak): string {
  if (more !== undefined) {
    return `${file} holds ${more} more that look like secrets, from line ${line} on.`;
  }
  return excerpt === ''
    ? `${file} looks like a secret (${rule}).`
    : `${file}, line ${line}, looks like a secret (${rule}): ${excerpt}`;
}

function unsetVariables(
  used: readonly UsedVariable[],
  environment: ServiceEnvironment | undefined,
  { target, bundle, variables }: ReviewRequest,
): Finding[] {
  if (!target) {
    return [];
  }
  const set = new Set(Object.keys({ ...environment?.environmentVariables, ...variables }));
  const unset = used.filter(({ name, hasFallback }) => !hasFallback && !set.has(name));
  return unset.map(({ name, file, line }) => ({
    severity: 'warning',
    code: 'variableUnset',
    message: `${file}, line ${line}: ${target.environmentName} does not set the variable ${name}.`,
    file: path.join(bundle.folder, file),
    line,
    fix: { kind: 'setVariable', name },
  }));
}
