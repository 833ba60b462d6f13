import type { Apis } from '../accounts/apiProvider';
import { isAppError, messageOf } from '../base/errors';
import type { Log } from '../base/log';
import { throwIfAborted, unlessAborted } from '../base/retry';
import type { Target } from '../project/targetResolver';
import type { ServiceStore } from '../services/serviceStore';
import type { DeployEvent, DeployRequest, DeployResult } from './deployEvents';
import { outcomeUnknown } from './deployMessages';
import { ended, type DeploymentRecord } from './history/deploymentRecord';
import type { DeploymentStore } from './history/deploymentStore';
import { DeploymentWatcher } from './watch/deploymentWatcher';
import { DeployUpload } from './sending/deployUpload';
import {
  changeEnvironment,
  describeChange,
  findEnvironment,
  type EnvironmentChange,
} from './environmentUpdate';
import { followDeploy } from './watch/followDeploy';

export type { DeployEvent, DeployPhase, DeployRequest, DeployResult } from './deployEvents';

export interface DeployTiming {
  /** Between looks at a job, and between questions after a lost answer; else as each prefers. */
  intervalMs?: number;
}

/** Brings versions into service environments and watches until they are online. */
export class Deployments {
  private readonly watcher: DeploymentWatcher;
  /** Fires once for each that ended under this window's watch, whatever became of it. */
  readonly onDidEnd: DeploymentWatcher['onDidEnd'];

  constructor(
    private readonly apis: Apis,
    private readonly deployments: DeploymentStore,
    services: ServiceStore,
    private readonly log: Log,
    private readonly timing: DeployTiming = {},
  ) {
    this.watcher = new DeploymentWatcher(deployments, services, log, timing.intervalMs);
    this.onDidEnd = this.watcher.onDidEnd;
  }

  /**
   * Sends, then watches the job. Cancelling after there is a job is the outcome `cancelled`, and
   * what is thrown then, such as `sessionExpired`, leaves the record as it is, to be resumed.
   */
  async deploy(request: DeployRequest): Promise<DeployResult> {
    const { target, variables, signal, onEvent } = request;
    const secrets = variables && Object.values(variables);
    const record = await this.send(request);
    const api = await this.apis.forAccount(target.account.id);
    return this.watcher.watchFromStart({ api, record, secrets, signal, onEvent });
  }

  /**
   * Sends the bundle and writes the version into its folder; answers the record of the job, which
   * nobody watches yet. Whatever is thrown, the files are as they were.
   */
  async send(request: DeployRequest): Promise<DeploymentRecord> {
    const { target, bundle, version, again, commit, hasLeaks, handlers, expected } = request;
    const hasVariables = request.variables !== undefined;
    const api = await this.apis.forAccount(target.account.id);
    const copy = hasLeaks === true ? ('leaks' as const) : undefined;
    const { asCli } = bundle;
    const told = { version, asCli, again, commit, copy, handlers, expected, hasVariables };
    const record = { ...recordOf(target, 'deploy', ''), ...told };
    const { deployments, log } = this;
    const pauseMs = this.timing.intervalMs ?? 1_000;
    const upload = new DeployUpload({ api, request, record, deployments, log, pauseMs });
    return this.remember(await upload.run());
  }

  /** Restarts a service environment and watches until it is online again. */
  async recycle(
    target: Target,
    signal?: AbortSignal,
    onEvent?: (event: DeployEvent) => void,
  ): Promise<DeployResult> {
    const api = await this.apis.forAccount(target.account.id);
    const started = recordOf(target, 'recycle', '');
    const { serviceId, environmentId: serviceEnvironmentId } = target;
    throwIfAborted(signal);
    const asked = api.recycle({ serviceId, serviceEnvironmentId });
    const job = await this.answered(started, asked, signal);
    const record = await this.remember({ ...started, job });
    return this.watcher.watchFromStart({ api, record, signal, onEvent });
  }

  /**
   * Changes variables or the Node.js of a service environment, which restarts the service, and
   * watches until it is online again; undefined where nothing was deployed yet, so nothing restarts,
   * and the change counts from the first deploy on (contract 4.7).
   */
  async update(
    target: Target,
    change: EnvironmentChange,
    signal?: AbortSignal,
    onEvent?: (event: DeployEvent) => void,
  ): Promise<DeployResult | undefined> {
    const api = await this.apis.forAccount(target.account.id);
    const before = await api.getStatus(target.serviceId, target.environmentId, signal);
    const present = await findEnvironment(api, target, signal);
    throwIfAborted(signal);
    const { version, status } = before;
    const isNew = status === 'NEW';
    const started = recordOf(target, 'update', '');
    const record = { ...started, version, changes: describeChange(change) };
    // Known before it is on its way, where there will be something to watch.
    if (!isNew) {
      await this.deployments.save(record);
    }
    try {
      await this.answered(record, changeEnvironment(api, target, present, change), signal);
    } catch (error) {
      if (!isAppError(error, 'outcomeUnknown')) {
        const failed = ended(record, 'failed', messageOf(error));
        await this.deployments.saveIfPossible(failed, this.log);
      }
      throw error;
    }
    if (isNew) {
      await this.deployments.saveIfPossible(ended(record, 'stored'), this.log);
      return undefined;
    }
    const replaced = Object.values(present.environmentVariables ?? {});
    const secrets = [...replaced, ...Object.values(change.set ?? {})];
    return this.watcher.watchFromStart({ api, record, secrets, signal, onEvent });
  }

  /** What was asked is not taken back: cancelling ends the waiting for its answer, `outcomeUnknown`. */
  private async answered<T>(
    record: DeploymentRecord,
    asked: Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    try {
      return await unlessAborted(asked, signal);
    } catch (error) {
      if (!isAppError(error, 'cancelled')) {
        throw error;
      }
      const unknown = outcomeUnknown(record, error.message, error);
      const last = ended(record, 'unknown', unknown.message);
      await this.deployments.saveIfPossible(last, this.log);
      throw unknown;
    }
  }

  /** Watches on, such as after a reload. Cancelling throws, and keeps the record for the next time. */
  async resume(
    record: DeploymentRecord,
    signal?: AbortSignal,
    onEvent?: (event: DeployEvent) => void,
  ): Promise<DeployResult> {
    const api = await this.apis.forAccount(record.accountId);
    return this.watcher.watch({ api, record: { ...record }, signal, onEvent });
  }

  /** Watches what somebody else deploys; nothing is remembered of it. */
  async follow(
    target: Target,
    version: string | undefined,
    signal?: AbortSignal,
    onEvent?: (event: DeployEvent) => void,
  ): Promise<DeployResult> {
    const api = await this.apis.forAccount(target.account.id);
    return followDeploy({ api, target, version, log: this.log, signal, onEvent, ...this.timing });
  }

  private async remember(record: DeploymentRecord): Promise<DeploymentRecord> {
    await this.deployments.saveIfPossible(record, this.log);
    this.log.info(`deploy: ${record.kind} of ${record.serviceName} is job ${record.job}`);
    return record;
  }
}

function recordOf(target: Target, kind: DeploymentRecord['kind'], job: string): DeploymentRecord {
  const { folder, account, serviceId, serviceName, environmentId, environmentName } = target;
  const where = { folder, accountId: account.id, serviceId, serviceName };
  const startedAt = new Date().toISOString();
  return { ...where, environmentId, environmentName, kind, job, startedAt };
}
