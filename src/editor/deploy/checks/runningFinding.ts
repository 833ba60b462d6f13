import { runningDeploy, runningFinding } from '../../../core/deploy/checks/runningDeploy';
import type { ServiceStatus } from '../../../core/kinvey/apiTypes';
import type { Target } from '../../../core/project/targetResolver';
import type { Finding } from '../../../core/review/finding';
import { shortTime } from '../history/deploymentText';

/** The deploy that a status tells of as under way, with its time as a person reads it. */
export function runningFindingOf(target: Target, status: ServiceStatus): Finding | undefined {
  const running = runningDeploy(status);
  return running && runningFinding(target, { ...running, since: localTime(running.since) });
}

function localTime(iso = ''): string | undefined {
  return Number.isNaN(Date.parse(iso)) ? undefined : shortTime(iso);
}
