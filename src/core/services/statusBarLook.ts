import type { DeployEvent } from '../deploy/deployment';
import type { DeploymentRecord } from '../deploy/history/deploymentRecord';
import type { KnownStatus } from './serviceStore';
import { lookOf, shortTextOf } from './statusText';

const longestName = 24;

/** What the status bar item shows of one folder. */
export interface StatusBarLook {
  /** With codicons, such as `$(pass) orders · Development: ONLINE 1.0.3`. */
  text: string;
  /** Plain sentences; also what a screen reader says. */
  tooltip: string;
  background?: 'error' | 'warning';
}

export interface StatusBarState {
  serviceName: string;
  environmentName: string;
  status?: KnownStatus;
  /** The running deployment's latest event. */
  running?: DeployEvent;
  last?: DeploymentRecord;
}

/** Target and health at rest, the phase while a job runs, an error background after a failure. */
export function statusBarLook(state: StatusBarState): StatusBarLook {
  const { icon, short, sentence, background } = saidOf(state);
  const { serviceName, environmentName } = state;
  const target = `${shortNameOf(serviceName)} · ${shortNameOf(environmentName)}`;
  const text = `$(${icon}) ${target}`;
  return {
    text: short === undefined ? text : `${text}: ${short}`,
    tooltip: `${serviceName} · ${environmentName}: ${sentence}`,
    background,
  };
}

/** VS Code cuts a long item at its end, where it says how the service is. */
function shortNameOf(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}

/** What is said of a target: beside its name, and on hover. */
interface Said extends Pick<StatusBarLook, 'background'> {
  readonly icon: string;
  readonly short?: string;
  readonly sentence: string;
}

function saidOf({ running, last, status }: StatusBarState): Said {
  if (running) {
    return { icon: 'sync~spin', short: running.message, sentence: running.message };
  }
  return last?.outcome === 'failed' && !isOvertaken(last, status)
    ? failureSaid(last)
    : healthSaid(status);
}

/**
 * A failed deployment is history once its version, or what was requested later, is online; a failed
 * recycle or update as soon as the service is back, or where nothing is deployed that could be gone.
 */
function isOvertaken(last: DeploymentRecord, known: KnownStatus | undefined): boolean {
  const status = known?.status;
  const requestedAt = status?.requestedAt ?? '';
  const isLater = requestedAt > (last.endedAt ?? last.startedAt);
  const isSame = last.version !== undefined && status?.version === last.version;
  const isBack = last.kind !== 'deploy';
  const isUntouched = isBack && status?.status === 'NEW';
  return isUntouched || (status?.status === 'ONLINE' && (isBack || isLater || isSame));
}

function failureSaid({ kind, version, reason = '' }: DeploymentRecord): Said {
  const what = kind === 'deploy' ? `deploy of ${version ?? '?'}` : kind;
  return {
    icon: 'error',
    short: `${what} failed`,
    sentence: `the ${what} failed. ${reason}`.trim(),
    background: 'error',
  };
}

function healthSaid(known: KnownStatus | undefined): Said {
  if (known?.error) {
    return {
      icon: 'debug-disconnect',
      sentence: `the status is not known. ${known.error.message}`,
      background: known.error.code === 'sessionExpired' ? 'warning' : undefined,
    };
  }
  if (!known?.status) {
    return { icon: 'cloud', sentence: 'asking for the status…' };
  }
  const { severity, sentence } = lookOf(known.status);
  return {
    icon: iconOf[severity],
    short: shortTextOf(known.status),
    sentence,
    background: severity === 'error' ? 'error' : undefined,
  };
}

const iconOf = {
  ok: 'pass',
  busy: 'sync~spin',
  idle: 'circle-outline',
  error: 'error',
  unknown: 'question',
} as const;
