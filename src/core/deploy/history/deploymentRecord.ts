import type { Discovery } from '../../handlers/discovery';
import type { StartupError } from '../../logs/startupError';
import type { GitCommit } from '../../project/gitCommit';
import type { VersionEdit } from '../../project/versionEdit';
import { textOfKey } from '../../services/environmentKey';

export const kinds = ['deploy', 'recycle', 'update'] as const;
export const outcomes = [
  'online',
  'incomplete',
  'replaced',
  'failed',
  'cancelled',
  'unknown',
  'stored',
] as const;

/** One deployment, recycle or update, as it is remembered. */
export interface DeploymentRecord {
  folder: string;
  accountId: string;
  serviceId: string;
  serviceName: string;
  environmentId: string;
  environmentName: string;
  /** `update`: of variables or the Node.js version. */
  kind: (typeof kinds)[number];
  /** Empty where the instance took the deploy and its answer was lost. */
  job: string;
  version?: string;
  /** ISO time. */
  startedAt: string;
  /** ISO time; absent while it goes on. */
  endedAt?: string;
  /**
   * `incomplete`: online, without handlers that its scripts register for sure; `cancelled`: nobody watched
   * to the end; `unknown`: it may have been sent, and the instance
   * never told of it; `stored`: an update where nothing was deployed yet, which counts from the first
   * deploy on. Absent: under way, or the watch broke off.
   */
  outcome?: (typeof outcomes)[number];
  /** What the job last said. */
  progress?: string;
  reason?: string;
  /** Of an update: names of variables and the Node.js, never a value. */
  changes?: string;
  /** Whether variables were sent with it, whose values only the window knows that did. */
  hasVariables?: boolean;
  /** Why it did not start, where the logs tell. */
  startupError?: StartupError;
  /** SHA-256 of the tar that was sent, hex; absent while less than all of it was. */
  bundleHash?: string;
  /** Whether what was sent is what kinvey-cli would send; absent where an older window sent it. */
  asCli?: boolean;
  /**
   * Whether the vault got what was sent; `leaks`: it was not to, since it may hold secrets; `large`:
   * it is larger than all that may be kept.
   */
  copy?: 'kept' | 'failed' | 'leaks' | 'large';
  /** The version that the same was sent as before. */
  again?: string;
  /** What stood in git when it was sent; absent where there is no repository. */
  commit?: GitCommit;
  /** What a person wrote about it. */
  note?: string;
  /** What the service said that it handles, or what its scripts register; where either tells. */
  handlers?: Discovery;
  /** What its scripts register whenever it comes up. */
  expected?: Discovery;
  /** The version that package.json has until the instance took the new one; empty: none. */
  from?: string;
  /** What is written into the folder then; kept until it is known how the deploy ended. */
  edit?: VersionEdit;
  /** Why it could not be written; a sentence. */
  unwritten?: string;
}

/** What is remembered of it from its end on: by then its folder needs nothing. */
export function ended(
  record: DeploymentRecord,
  outcome: DeploymentRecord['outcome'],
  reason?: string,
): DeploymentRecord {
  const settled = { from: undefined, edit: undefined };
  return { ...record, ...settled, endedAt: new Date().toISOString(), outcome, reason };
}

/** In milliseconds, so far or all in all; a clock that was set back makes it no less than nothing. */
export function tookMs({
  startedAt,
  endedAt,
}: Pick<DeploymentRecord, 'startedAt' | 'endedAt'>): number {
  const end = endedAt === undefined ? Date.now() : Date.parse(endedAt);
  return Math.max(0, end - Date.parse(startedAt));
}

/** Whether it brought a version online, with all handlers or not. */
export function cameOnline({ kind, outcome }: DeploymentRecord): boolean {
  return kind === 'deploy' && (outcome === 'online' || outcome === 'incomplete');
}

/** What came online last in each environment; the history has the newest first. */
export function lastOnline(history: readonly DeploymentRecord[]): DeploymentRecord[] {
  const environments = Map.groupBy(history.filter(cameOnline), textOfKey).values();
  return [...environments].flatMap(([last]) => last ?? []);
}
