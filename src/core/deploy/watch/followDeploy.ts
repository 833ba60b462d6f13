import type { Log } from '../../base/log';
import type { ManagementApi } from '../../kinvey/managementApi';
import type { Target } from '../../project/targetResolver';
import type { DeployEvent, DeployResult } from '../deployEvents';
import { sightingMessage } from '../deployMessages';
import { tookMs } from '../history/deploymentRecord';
import { watchJob } from './jobWatch';
import { findFailure } from './startupFailure';

export interface FollowOptions {
  readonly api: ManagementApi;
  readonly target: Target;
  readonly version?: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DeployEvent) => void;
  readonly intervalMs?: number;
}

/**
 * Watches a deploy that somebody else made, by the status alone: its job is theirs to know, and
 * nothing is remembered of it here. Throws `cancelled`, and what the wire throws.
 */
export async function followDeploy(options: FollowOptions): Promise<DeployResult> {
  const { target, version, onEvent, log, ...rest } = options;
  const startedAt = new Date().toISOString();
  const { serviceId, environmentId } = target;
  const outcome = await watchJob({
    ...rest,
    ...{ jobId: '', serviceId, environmentId, version },
    onSighting: (sighting) => {
      const message = sightingMessage({ ...sighting, job: undefined }, version);
      onEvent?.({ phase: 'building', message, status: sighting.status });
    },
  });
  const { status } = outcome;
  const reason = 'reason' in outcome ? outcome.reason : undefined;
  const record = { ...target, kind: 'deploy', startedAt } as const;
  const startupError =
    outcome.outcome === 'failed' ? await findFailure({ ...rest, record, status, log }) : undefined;
  const durationMs = tookMs(record);
  const reached = version ?? status?.version ?? '';
  return {
    ...{ version: reached, followed: true, job: '' },
    ...{ outcome: outcome.outcome, status, durationMs, reason, startupError },
  };
}
