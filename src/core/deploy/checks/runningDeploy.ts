import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { Target } from '../../project/targetResolver';
import type { Finding } from '../../review/finding';

/** A deploy that is under way, whoever made it. */
export interface RunningDeploy {
  readonly version?: string;
  /** E-mail. */
  readonly by?: string;
  /** ISO time. */
  readonly since?: string;
}

/** Undefined where none is. `UPDATING` alone may also be a change of scale (contract 4.7). */
export function runningDeploy(status: ServiceStatus): RunningDeploy | undefined {
  const { deployment, deployUserInfo, requestedAt: since } = status;
  const isRunning =
    deployment?.status === 'RUNNING' || ['BUILDING', 'DEPLOYING'].includes(status.status);
  return isRunning ? { version: deployment?.version, by: deployUserInfo?.email, since } : undefined;
}

/** As a finding: the instance may well take another one, so it is no error. `since` is told as it is. */
export function runningFinding(
  { serviceName, environmentName }: Target,
  { version, by, since }: RunningDeploy,
): Finding {
  const who = by === undefined ? '' : ` by ${by}`;
  const when = since === undefined ? '' : ` since ${since}`;
  const message = `${version ?? 'Another version'} is being deployed to ${serviceName} · ${environmentName}${who}${when}, and is not online yet.`;
  const fix = { kind: 'followDeploy', name: serviceName } as const;
  return { severity: 'warning', code: 'jobRunning', message, fix };
}
