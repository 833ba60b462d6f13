import { compare, inc, valid } from 'semver';
import type { HandlerChange } from '../../handlers/handlerChange';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import { isErrorOf } from '../watch/jobJudge';
import { versionChoices, type VersionChoice } from './version';
import type { VersionFacts } from './versionFacts';

export interface VersionSuggestion {
  readonly bump: VersionChoice['bump'];
  /** Sentences: why this one, and what is odd about the versions there are. */
  readonly reasons: readonly string[];
}

type Level = 'major' | 'minor' | 'patch';

/**
 * What fits the change since the last deployment: handlers removed ask for a major version, new
 * ones for a minor, all else for a patch. A version that was raised by hand so far already is kept.
 */
export function suggestVersion(
  facts: VersionFacts,
  status: ServiceStatus,
  change: HandlerChange | undefined,
): VersionSuggestion {
  const level = levelOf(change);
  const bump = isRaised(facts, level) ? 'none' : level;
  return { bump, reasons: [...changeReasons(facts, change), ...oddities(facts, status)] };
}

function levelOf(change: HandlerChange | undefined): Level {
  if (change && change.removed.length > 0) {
    return 'major';
  }
  return change && change.added.length > 0 ? 'minor' : 'patch';
}

/** Whether the local version is as far above what was deployed as the change asks for. */
function isRaised(facts: VersionFacts, level: Level): boolean {
  const { local, highest } = facts;
  const isKept = versionChoices(facts).some(({ bump }) => bump === 'none');
  if (!isKept || valid(local) === null) {
    return false;
  }
  const wanted = highest === undefined ? '0.0.0' : inc(highest, level);
  return wanted !== null && compare(local ?? '', wanted) >= 0;
}

function changeReasons(
  { cloud }: VersionFacts,
  change: HandlerChange | undefined,
): readonly string[] {
  if (cloud === undefined || !change) {
    return [];
  }
  const { removed, added } = change;
  const told = [
    ...(removed.length > 0 ? [`gone: ${removed.join(', ')}`] : []),
    ...(added.length > 0 ? [`new: ${added.join(', ')}`] : []),
  ];
  return [told.length > 0 ? `Handlers ${told.join('; ')}.` : 'The handlers are the same.'];
}

function oddities({ local, cloud }: VersionFacts, status: ServiceStatus): string[] {
  if (cloud === undefined) {
    return [];
  }
  if (valid(cloud) === null) {
    return [`The deployed version "${cloud}" is no version number, so any is taken.`];
  }
  const failed = status.version !== cloud && isErrorOf(status, cloud);
  if (failed) {
    return [`${cloud} failed there, and no version is taken twice.`];
  }
  const isHigher = valid(local) !== null && compare(cloud, local ?? '') > 0;
  return isHigher ? [`${cloud} there is higher than ${local ?? ''} here.`] : [];
}
