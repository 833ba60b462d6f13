import { compare, inc, parse, valid } from 'semver';
import { AppError } from '../base/errors';
import type { ServiceStatus } from '../kinvey/apiTypes';

/** What a person asks for: a step, `none` for the version as it is, or an exact version. */
export type Bump = 'patch' | 'minor' | 'major' | 'prerelease' | 'none' | (string & {});

/** One answer to "which version?", with the number it gives. */
export interface VersionChoice {
  bump: 'patch' | 'minor' | 'major' | 'prerelease' | 'none';
  version: string;
}

const steps = ['patch', 'minor', 'major', 'prerelease'] as const;

/** The version that the instance compares with; contract 4.4. */
export function cloudVersion(status: ServiceStatus): string | undefined {
  return [status.deployment?.version, status.version].find(Boolean);
}

/**
 * What can be deployed, counted from the higher of both versions. `none` is among them only where
 * the instance would take the local version (contract 4.4: a pair that is not semver is never compared).
 */
export function versionChoices(
  local: string | undefined,
  cloud: string | undefined,
): readonly VersionChoice[] {
  const base = higherOf(local, cloud);
  const choices: VersionChoice[] = steps.map((bump) => ({ bump, version: stepFrom(base, bump) }));
  if (local !== undefined && isTaken(local, cloud)) {
    choices.push({ bump: 'none', version: local });
  }
  return choices;
}

/** The version that a bump gives. Throws `invalidInput` where the instance would refuse it. */
export function resolveBump(
  bump: Bump,
  local: string | undefined,
  cloud: string | undefined,
): string {
  const choice = versionChoices(local, cloud).find((one) => one.bump === bump);
  if (choice) {
    return choice.version;
  }
  return bump === 'none' ? refuseToKeep(local, cloud) : exactVersion(bump, cloud);
}

function refuseToKeep(local: string | undefined, cloud: string | undefined): never {
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

function higherOf(local: string | undefined, cloud: string | undefined): string {
  const versions = [local, cloud].flatMap((version) => valid(version) ?? []);
  return versions.sort(compare).at(-1) ?? '0.0.0';
}

/** Counting cannot fail: the base is a valid version. */
function stepFrom(base: string, bump: (typeof steps)[number]): string {
  return inc(base, bump) ?? base;
}
