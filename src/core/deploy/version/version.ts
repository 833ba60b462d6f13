import { compare, inc, parse, prerelease, valid } from 'semver';
import { AppError } from '../../base/errors';
import type { VersionFacts } from './versionFacts';

/** What a person asks for: a step, `none` for the version as it is, or an exact version. */
export type Bump = 'patch' | 'minor' | 'major' | 'prerelease' | 'none' | (string & {});

/** One answer to "which version?", with the number it gives. */
export interface VersionChoice {
  bump: 'patch' | 'minor' | 'major' | 'prerelease' | 'none';
  version: string;
}

const steps = ['patch', 'minor', 'major', 'prerelease'] as const;

/**
 * What can be deployed, counted from the highest version there is. `none` is among them only where
 * the instance would take the local version (contract 4.4: a pair that is not semver is never compared).
 */
export function versionChoices(facts: VersionFacts): readonly VersionChoice[] {
  const { local, cloud } = facts;
  const choices: VersionChoice[] = steps.map((bump) => ({ bump, version: stepFrom(facts, bump) }));
  if (local !== undefined && isTaken(local, cloud)) {
    choices.push({ bump: 'none', version: local });
  }
  return choices;
}

/** The version that a bump gives. Throws `invalidInput` where the instance would refuse it. */
export function resolveBump(bump: Bump, facts: VersionFacts): string {
  const choice = versionChoices(facts).find((one) => one.bump === bump);
  if (choice) {
    return choice.version;
  }
  return bump === 'none' ? refuseToKeep(facts) : exactVersion(bump, facts.cloud);
}

/** The tag of a prerelease, `beta` of 1.2.3-beta.4: the local one's, else the highest one's. */
export function prereleaseTag(facts: VersionFacts): string | undefined {
  const { tag, local, cloud, highest } = facts;
  const own = [local, highestOf([local, cloud, highest])].map((version) => tagOf(version));
  return tag ?? own.find((one) => one !== undefined);
}

/** Throws `invalidInput` where it is no tag: letters, digits and hyphens, and no number. */
export function checkTag(tag: string): string {
  if (!/^(?!\d+$)[0-9A-Za-z-]+$/.test(tag)) {
    throw new AppError(
      'invalidInput',
      `"${tag}" is no prerelease tag: it takes letters, digits and hyphens, such as beta.`,
    );
  }
  return tag;
}

function refuseToKeep({ local, cloud }: VersionFacts): never {
  if (local === undefined) {
    throw new AppError('invalidInput', 'package.json has no version to keep: choose a step.');
  }
  throw tooLow(local, cloud);
}

function exactVersion(text: string, cloud: string | undefined): string {
  const parsed = parse(text.trim());
  if (!parsed) {
    throw new AppError(
      'invalidInput',
      `"${text}" is neither a version such as 1.2.3 nor one of ${steps.join(', ')}, none.`,
    );
  }
  const build = parsed.build.length > 0 ? `+${parsed.build.join('.')}` : '';
  const version = parsed.version + build;
  if (!isTaken(version, cloud)) {
    throw tooLow(version, cloud);
  }
  return version;
}

function tooLow(version: string, cloud: string | undefined): AppError {
  return new AppError(
    'invalidInput',
    `Version ${version} is not higher than ${cloud ?? ''}, which the instance has: choose a higher one.`,
  );
}

/** Whether the instance takes this version on top of what it has. */
function isTaken(version: string, cloud: string | undefined): boolean {
  if (cloud === undefined || valid(version) === null || valid(cloud) === null) {
    return true;
  }
  return compare(version, cloud) > 0;
}

/** Undefined where none of them is a version. */
export function highestOf(versions: readonly (string | undefined)[]): string | undefined {
  return versions
    .flatMap((version) => valid(version) ?? [])
    .sort(compare)
    .at(-1);
}

function tagOf(version: string | undefined): string | undefined {
  const [first] = prerelease(version ?? '') ?? [];
  return typeof first === 'string' ? first : undefined;
}

/** Counting cannot fail: the base is a valid version. */
function stepFrom(facts: VersionFacts, bump: (typeof steps)[number]): string {
  const base = highestOf([facts.local, facts.cloud, facts.highest]) ?? '0.0.0';
  return (bump === 'prerelease' ? prereleaseFrom(base, facts) : inc(base, bump)) ?? base;
}

/** After 1.2.3-beta.1, `alpha` begins with 1.2.4. */
function prereleaseFrom(base: string, facts: VersionFacts): string | null {
  const tag = prereleaseTag(facts);
  const next = inc(base, 'prerelease', false, tag);
  return next !== null && compare(next, base) > 0 ? next : inc(base, 'prepatch', false, tag);
}
