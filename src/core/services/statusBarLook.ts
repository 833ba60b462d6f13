import type { DeployEvent } from '../deploy/deployment';
import type { DeploymentRecord } from '../deploy/deploymentStore';
import type { KnownStatus } from './serviceStore';
import { lookOf } from './statusText';

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
  const target = `${state.serviceName} · ${state.environmentName}`;
  if (state.running) {
    const { message } = state.running;
    return { text: `$(sync~spin) ${target}: ${message}`, tooltip: `${target}: ${message}` };
  }
  if (state.last?.outcome === 'failed' && !isOvertaken(state.last, state.status)) {
    return failedLook(target, state.last);
  }
  return healthLook(target, state.status);
}

/**
 * A failed deployment is history once its version, or what was requested later, is online; a failed
 * recycle as soon as the service is back.
 */
function isOvertaken(last: DeploymentRecord, known: KnownStatus | undefined): boolean {
  const status = known?.status;
  const requestedAt = status?.requestedAt ?? '';
  const isLater = requestedAt > (last.endedAt ?? last.startedAt);
  const isSame = last.version !== undefined && status?.version === last.version;
  const isBack = last.kind !== 'deploy';
  return status?.status === 'ONLINE' && (isBack || isLater || isSame);
}

function failedLook(target: string, last: DeploymentRecord): StatusBarLook {
  const what = last.kind === 'deploy' ? `deploy of ${last.version ?? '?'}` : last.kind;
  return {
    text: `$(error) ${target}: ${what} failed`,
    tooltip: `${target}: the ${what} failed. ${last.reason ?? ''}`.trim(),
    background: 'error',
  };
}

function healthLook(target: string, known: KnownStatus | undefined): StatusBarLook {
  if (known?.error) {
    return {
      text: `$(debug-disconnect) ${target}`,
      tooltip: `${target}: the status is not known. ${known.error.message}`,
      background: known.error.code === 'sessionExpired' ? 'warning' : undefined,
    };
  }
  if (!known?.status) {
    return { text: `$(cloud) ${target}`, tooltip: `${target}: asking for the status…` };
  }
  const look = lookOf(known.status);
  const version = known.status.version === undefined ? '' : ` ${known.status.version}`;
  return {
    text: `$(${iconOf[look.severity]}) ${target}: ${look.word}${version}`,
    tooltip: `${target}: ${look.sentence}`,
    background: look.severity === 'error' ? 'error' : undefined,
  };
}

const iconOf = {
  ok: 'pass',
  busy: 'sync~spin',
  idle: 'circle-outline',
  error: 'error',
  unknown: 'question',
} as const;
