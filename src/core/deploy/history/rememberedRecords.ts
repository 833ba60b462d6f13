import { textOfKey } from '../../services/environmentKey';
import { kinds, lastOnline, outcomes, type DeploymentRecord } from './deploymentRecord';
import type { PendingDeploy } from './pendingDeploys';

/** So many deployments, recycles and updates of a service environment are remembered. */
const longestHistory = 50;
/** So many are, of all that a folder was ever bound to. */
const longestOfFolder = 200;

/**
 * With this one first, or in the place of what was known of it; nothing is sorted by the clock,
 * which may be set back. However much came after it, what came online last in an environment stays:
 * it is what a deploy there is compared with.
 */
export function withRecord(
  known: readonly DeploymentRecord[],
  record: DeploymentRecord,
): DeploymentRecord[] {
  const index = known.findIndex((other) => isSame(other, record));
  const history = index < 0 ? [record, ...known] : known.with(index, record);
  const environments = [...Map.groupBy(history, textOfKey).values()];
  const recent = new Set(environments.flatMap((own) => own.slice(0, longestHistory)));
  const running = new Set(lastOnline(history));
  const room = Math.max(longestOfFolder - running.size, 0);
  const rest = history.filter((one) => recent.has(one) && !running.has(one)).slice(0, room);
  const kept = new Set([...running, ...rest]);
  return history.filter((one) => kept.has(one));
}

/** What is remembered may come from another version of the extension: that is left out. */
export function recordsOf(value: unknown): readonly DeploymentRecord[] {
  return Array.isArray(value) ? value.filter(isRecord).map(withKnownOutcome) : [];
}

function withKnownOutcome(record: DeploymentRecord): DeploymentRecord {
  const { outcome } = record;
  return outcome === undefined || outcomes.includes(outcome)
    ? record
    : { ...record, outcome: 'unknown' };
}

function isRecord(value: unknown): value is DeploymentRecord {
  const needed = ['folder', 'accountId', 'serviceId', 'environmentId', 'kind', 'job', 'startedAt'];
  const isWhole = needed.every((key) => typeof fieldOf(value, key) === 'string');
  return isWhole && kinds.some((kind) => kind === fieldOf(value, 'kind'));
}

export function isPending(value: unknown): value is PendingDeploy {
  const pid = fieldOf(fieldOf(value, 'sender'), 'pid');
  return isRecord(fieldOf(value, 'record')) && typeof pid === 'number';
}

/** No folder begins two at the same moment. */
export function isSame(one: DeploymentRecord, other: DeploymentRecord): boolean {
  return one.startedAt === other.startedAt && one.kind === other.kind;
}

function fieldOf(value: unknown, key: string): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? new Map<string, unknown>(Object.entries(value)).get(key) : undefined;
}
