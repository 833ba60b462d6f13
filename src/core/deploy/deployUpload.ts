import { AppError, isAppError, messageOf } from '../base/errors';
import type { Log } from '../base/log';
import { throwIfAborted } from '../base/retry';
import type { DeployParams, ServiceStatus } from '../kinvey/apiTypes';
import type { ManagementApi } from '../kinvey/managementApi';
import type { BundlePlan } from '../project/bundlePlan';
import { readManifest } from '../project/manifest';
import { applyVersionEdit, planVersionEdit, type VersionEdit } from '../project/versionEdit';
import type { DeployRequest } from './deployEvents';
import { outcomeUnknown } from './deployMessages';
import { lostQuestions, wasTaken } from './deploySigns';
import { ended, type DeploymentRecord } from './deploymentRecord';
import type { DeploymentStore } from './deploymentStore';
import type { PendingDeploy } from './pendingDeploys';
import { findEnvironment, isAnswerLost } from './environmentUpdate';
import { lookAgain } from './lastLook';
import { SentCopy, type SentBundle } from './vault/sentCopy';
import type { VaultWriter } from './vault/vaultWriter';
import { UploadMeter } from './uploadMeter';
import { refuseIfMoved } from './versionMoved';
import { undoVersion } from './versionUndo';

/** The status is asked once after cancelling, and not for longer: a person waits for it to end. */
const hastyMs = 1_500;

export interface UploadOptions {
  readonly api: ManagementApi;
  readonly request: DeployRequest;
  /** The deployment, not yet with its job. */
  readonly record: PendingDeploy['record'];
  readonly deployments: DeploymentStore;
  readonly log: Log;
  /** Between questions after a lost answer. */
  readonly pauseMs: number;
}

/**
 * The way of a version into an instance, up to the job. Until there is one, every failure leaves
 * the folder's files as they were.
 */
export class DeployUpload {
  private readonly api: ManagementApi;
  private readonly request: DeployRequest;
  private record: PendingDeploy['record'];
  private isAllSent = false;

  constructor(private readonly options: UploadOptions) {
    this.api = options.api;
    this.request = options.request;
    this.record = options.record;
  }

  /** Answers the record with the job's id: empty where its answer was lost, but the deploy taken. */
  async run(): Promise<DeploymentRecord> {
    const before = await this.getStatus(this.request.signal);
    refuseIfMoved(this.request, before);
    throwIfAborted(this.request.signal);
    const edit = await this.planEdit();
    // Remembered before it is written, so that a window that ends now can take it back.
    await this.options.deployments.pending.begin({ ...this.record, edit }, before);
    try {
      await this.editVersion(edit);
      const job = await this.send(before);
      return { ...this.record, job };
    } catch (error) {
      throw await this.giveUp(error);
    }
  }

  /** The files are as they were, or the error tells of those that are not. */
  private async giveUp(error: unknown): Promise<unknown> {
    const { log, deployments } = this.options;
    const { edit, ...record } = this.record;
    const told = withNote(error, await undoVersion(log, edit));
    if (isAppError(told, 'outcomeUnknown')) {
      await deployments.saveIfPossible(ended(record, 'unknown', told.message), log);
    } else {
      // Where the disk does not let it, the next window finds out that nothing is left to do.
      await deployments.pending.abandon(record).catch((failure: unknown) => {
        log.warn(`deploy: ${messageOf(failure)}`);
      });
    }
    return told;
  }

  private async editVersion(edit: VersionEdit | undefined): Promise<void> {
    const { version, onEvent } = this.request;
    if (edit) {
      onEvent({ phase: 'versioning', message: `Setting the version to ${version}…` });
      await applyVersionEdit(edit);
      this.record = { ...this.record, edit };
    }
  }

  /** By what the folder has now: a person may have edited it while they chose the version. */
  private async planEdit(): Promise<VersionEdit | undefined> {
    const { target, version, again } = this.request;
    // What is sent again has its version already, and is no file of the folder.
    if (again !== undefined || (await readManifest(target.folder)).version === version) {
      return undefined;
    }
    const edit = await planVersionEdit(target.folder, version);
    return edit.changes.length > 0 ? edit : undefined;
  }

  private async send(before: ServiceStatus): Promise<string> {
    const params = await this.params();
    const { bundle, mayLeak } = await lookAgain(this.request, this.record.edit !== undefined);
    if (mayLeak) {
      this.record = { ...this.record, copy: 'leaks' };
    }
    try {
      return await this.upload(params, bundle);
    } catch (error) {
      if (this.isAllSent && isAnswerLost(error)) {
        await this.findTaken(before, error);
        this.options.log.warn(`deploy: the answer was lost, but the status tells of the deploy`);
        return '';
      }
      throw error;
    }
  }

  /** The instance replaces all variables by what it is sent (contract 4.1). */
  private async params(): Promise<DeployParams> {
    const { target, version, variables, runtime, signal } = this.request;
    const { serviceId, environmentId: serviceEnvironmentId } = target;
    const present = variables && (await findEnvironment(this.api, target, signal));
    const environmentVariables = variables && { ...present?.environmentVariables, ...variables };
    return { serviceId, serviceEnvironmentId, version, environmentVariables, runtime };
  }

  private async upload(params: DeployParams, bundle: BundlePlan): Promise<string> {
    const { signal, onEvent } = this.request;
    const meter = new UploadMeter(bundle);
    onEvent({ phase: 'uploading', message: meter.message(0), fraction: 0 });
    // Loaded here: archiver is large, and most windows never deploy.
    const { createArchive } = await import('./archive');
    const archive = createArchive(bundle, (sent) => {
      const fraction = sent / bundle.tarBytes;
      onEvent({ phase: 'uploading', message: meter.message(sent), fraction });
    });
    const copy = new SentCopy(this.vaultWriter());
    try {
      const copied = copy.of(archive, (sent) => this.noteSent(sent));
      return await this.api.deploy(params, copied, signal);
    } finally {
      await copy.discard();
      if (copy.problem !== undefined) {
        this.options.log.warn(`deploy: no copy is kept: ${messageOf(copy.problem)}`);
      }
    }
  }

  private vaultWriter(): VaultWriter | undefined {
    const { vault, target } = this.request;
    return this.record.copy === 'leaks' ? undefined : vault?.writer(target.folder);
  }

  /** Before the end is sent, so that it is known of every deploy that the instance may take. */
  private async noteSent(sent: SentBundle): Promise<void> {
    this.record = { ...this.record, ...sent };
    this.isAllSent = true;
    await this.options.deployments.pending.amend(this.record);
  }

  /** Waits until the status tells of this deploy; throws `outcomeUnknown` where it does not. */
  private async findTaken(before: ServiceStatus, failure: unknown): Promise<void> {
    const isHasty = isAppError(failure, 'cancelled');
    const isTaken = await wasTaken({
      getStatus: () => this.getStatus(isHasty ? AbortSignal.timeout(hastyMs) : undefined),
      before,
      version: this.request.version,
      times: isHasty ? 1 : lostQuestions,
      pauseMs: this.options.pauseMs,
    }).catch(() => false);
    if (!isTaken) {
      throw outcomeUnknown(this.record, messageOf(failure), failure);
    }
  }

  private getStatus(signal?: AbortSignal): Promise<ServiceStatus> {
    const { serviceId, environmentId } = this.request.target;
    return this.api.getStatus(serviceId, environmentId, signal);
  }
}

function withNote(error: unknown, note: string): unknown {
  if (note === '' || !isAppError(error)) {
    return error;
  }
  const { code, message, cause, details } = error;
  return new AppError(code, `${message} ${note}`, { cause, details });
}
