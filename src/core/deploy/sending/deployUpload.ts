import { isAppError, messageOf } from '../../base/errors';
import type { Log } from '../../base/log';
import { throwIfAborted } from '../../base/retry';
import type { DeployParams, ServiceStatus } from '../../kinvey/apiTypes';
import type { ManagementApi } from '../../kinvey/managementApi';
import { withContents, type BundlePlan } from '../../project/bundlePlan';
import { readManifest } from '../../project/manifest';
import { contentsWithVersion } from '../../project/versionEdit';
import { deployParams, uploadBundle } from './bundleUpload';
import type { DeployRequest } from '../deployEvents';
import { ended, type DeploymentRecord } from '../history/deploymentRecord';
import type { DeploymentStore } from '../history/deploymentStore';
import { isAnswerLost } from '../environmentUpdate';
import { withFolderLock } from '../checks/folderLock';
import { lookAgain, refuseTooLarge } from '../checks/lastLook';
import { findTaken } from './lostAnswer';
import type { PendingDeploy } from '../history/pendingDeploys';
import type { SentBundle } from '../vault/sentCopy';
import type { VaultWriter } from '../vault/vaultWriter';
import { refuseIfMoved } from '../version/versionMoved';
import { writeVersion } from '../version/versionWrite';

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
 * The way of a version into an instance, up to the job. Until there is one, the folder's files are
 * left alone.
 */
export class DeployUpload {
  private readonly api: ManagementApi;
  private readonly request: DeployRequest;
  private record: PendingDeploy['record'];
  private isAllSent = false;
  private writer: VaultWriter | undefined;

  constructor(private readonly options: UploadOptions) {
    this.api = options.api;
    this.request = options.request;
    this.record = options.record;
  }

  /** Answers the record with the job's id: empty where its answer was lost, but the deploy taken. */
  async run(): Promise<DeploymentRecord> {
    const { signal, target } = this.request;
    const before = await this.getStatus(signal);
    refuseIfMoved(this.request, before);
    throwIfAborted(signal);
    return withFolderLock(target.folder, this.options.log, () => this.runAlone(before));
  }

  private async runAlone(before: ServiceStatus): Promise<DeploymentRecord> {
    const { deployments, log } = this.options;
    await deployments.pending.begin(this.record, before);
    let job: string;
    try {
      job = await this.send(before);
    } catch (error) {
      await this.giveUp(error);
      throw error;
    }
    const { unsaved } = this.request;
    return writeVersion({ ...this.record, job }, { pending: deployments.pending, log, unsaved });
  }

  private async giveUp(error: unknown): Promise<void> {
    const { log, deployments } = this.options;
    const { record } = this;
    if (isAppError(error, 'outcomeUnknown')) {
      await deployments.saveIfPossible(ended(record, 'unknown', error.message), log);
    } else {
      const warn = (failure: unknown) => log.warn(`deploy: ${messageOf(failure)}`);
      // No record will refer to its copy, and copies are collected when a deploy ended.
      await this.writer?.takeBack().catch(warn);
      // Where the disk does not let it, the next window finds out that nothing is left to do.
      await deployments.pending.abandon(record).catch(warn);
    }
  }

  private async send(before: ServiceStatus): Promise<string> {
    const params = await deployParams(this.api, this.request);
    const { bundle, mayLeak } = await lookAgain(this.request);
    if (mayLeak) {
      this.record = { ...this.record, copy: 'leaks' };
    }
    const versioned = await this.withVersion(bundle);
    try {
      return await this.upload(params, versioned);
    } catch (error) {
      if (this.isAllSent && isAnswerLost(error)) {
        const { record, api } = this;
        const { pauseMs } = this.options;
        await findTaken({ record, failure: error, before, api, pauseMs });
        this.options.log.warn(`deploy: the answer was lost, but the status tells of the deploy`);
        return '';
      }
      throw error;
    }
  }

  /** By what the folder has now: a person may have edited it while they chose the version. */
  private async withVersion(bundle: BundlePlan): Promise<BundlePlan> {
    const { target, version, again } = this.request;
    // What is sent again has its version already, and is no file of the folder.
    const { version: from = '' } = again === undefined ? await readManifest(target.folder) : {};
    if (again !== undefined || from === version) {
      return bundle;
    }
    this.record = { ...this.record, from };
    const versioned = withContents(bundle, await contentsWithVersion(target.folder, version));
    refuseTooLarge(versioned);
    return versioned;
  }

  private upload(params: DeployParams, bundle: BundlePlan): Promise<string> {
    const { vault, target, signal, onEvent } = this.request;
    const { api, log } = this.options;
    const writer = this.record.copy === 'leaks' ? undefined : vault?.writer(target.folder);
    this.writer = writer;
    const onAllSent = (sent: SentBundle) => this.noteSent(sent);
    return uploadBundle({ api, params, bundle, writer, log, signal, onEvent, onAllSent });
  }

  /** Before the end is sent, so that it is known of every deploy that the instance may take. */
  private async noteSent(sent: SentBundle): Promise<void> {
    this.record = { ...this.record, ...sent };
    this.isAllSent = true;
    await this.options.deployments.pending.amend(this.record);
  }

  private getStatus(signal?: AbortSignal): Promise<ServiceStatus> {
    const { serviceId, environmentId } = this.request.target;
    return this.api.getStatus(serviceId, environmentId, signal);
  }
}
