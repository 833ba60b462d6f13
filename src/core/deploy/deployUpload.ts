import { AppError, isAppError, messageOf } from '../base/errors';
import type { Log } from '../base/log';
import { delay, throwIfAborted } from '../base/retry';
import type { DeployParams, ServiceStatus } from '../kinvey/apiTypes';
import type { ManagementApi } from '../kinvey/managementApi';
import { bundleLimit, planBundle, type BundlePlan } from '../project/bundlePlan';
import {
  applyVersionEdit,
  planVersionEdit,
  restoreVersionEdit,
  type VersionEdit,
} from '../project/versionEdit';
import type { DeployRequest } from './deployEvents';
import { uploadMessage } from './deployMessages';
import { tellsOfDeploy } from './deploySigns';
import type { DeploymentStore, PendingDeploy } from './deploymentStore';
import { isPassing } from './jobWatch';

/** How often the status is asked whether the instance took an upload whose answer was lost. */
const questions = 5;
/** The same after cancelling, when a person waits for it to end. */
const hastyQuestions = 2;

const noEdit: VersionEdit = { changes: [] };

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
  private isAllSent = false;
  private edit = noEdit;

  constructor(private readonly options: UploadOptions) {
    this.api = options.api;
    this.request = options.request;
  }

  /** Answers the job's id, empty where the instance took the deploy but its answer was lost. */
  async run(): Promise<string> {
    const before = await this.getStatus(this.request.signal);
    try {
      await this.editVersion(before);
      return await this.send(before);
    } catch (error) {
      await this.undo();
      throw withoutValues(error, Object.values(this.request.variables ?? {}));
    }
  }

  /** Puts the files back as they were, where they still are as this left them. */
  async undo(): Promise<void> {
    const { log, deployments, record } = this.options;
    try {
      await restoreVersionEdit(this.edit);
      await deployments.abandon(record.folder);
    } catch (error) {
      // What failed before is what the person has to know.
      log.error(`deploy: the version could not be set back: ${messageOf(error)}`);
    }
  }

  /** The edit is remembered before it is written, so that a window that ends now can take it back. */
  private async editVersion(before: ServiceStatus): Promise<void> {
    const { target, version, currentVersion, signal, onEvent } = this.request;
    throwIfAborted(signal);
    const edit =
      version === currentVersion ? noEdit : await planVersionEdit(target.folder, version);
    const { deployments, record } = this.options;
    await deployments.begin({ record, edit, before, pid: process.pid });
    if (edit.changes.length > 0) {
      onEvent({ phase: 'versioning', message: `Setting the version to ${version}…` });
      await applyVersionEdit(edit);
      this.edit = edit;
    }
  }

  private async send(before: ServiceStatus): Promise<string> {
    const params = await this.params();
    const isEdited = this.edit.changes.length > 0;
    const bundle = isEdited ? await this.planAgain() : this.request.bundle;
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
    const environmentVariables = variables && { ...(await this.present(signal)), ...variables };
    return { serviceId, serviceEnvironmentId, version, environmentVariables, runtime };
  }

  private async present(signal?: AbortSignal): Promise<Record<string, string> | undefined> {
    const { serviceId, environmentId, environmentName, serviceName } = this.request.target;
    const environments = await this.api.listServiceEnvironments(serviceId, signal);
    const environment = environments.find(({ id }) => id === environmentId);
    if (!environment) {
      throw new AppError(
        'notFound',
        `${serviceName} has no environment ${environmentName} any more: bind the folder again.`,
      );
    }
    return environment.environmentVariables;
  }

  /** The version may have changed the size of package.json. */
  private async planAgain(): Promise<BundlePlan> {
    const bundle = await planBundle(this.request.bundle.folder, this.request.signal);
    if (bundle.tarBytes > bundleLimit) {
      throw new AppError(
        'bundleTooLarge',
        `The bundle has ${bundle.tarBytes} bytes with the new version; the limit is ${bundleLimit}.`,
      );
    }
    return bundle;
  }

  private async upload(params: DeployParams, bundle: BundlePlan): Promise<string> {
    const { signal, onEvent } = this.request;
    const message = uploadMessage(bundle);
    onEvent({ phase: 'uploading', message, fraction: 0 });
    // Loaded here: archiver is large, and most windows never deploy.
    const { createArchive } = await import('./archive');
    const archive = createArchive(bundle, (sent) => {
      this.isAllSent = sent === bundle.tarBytes;
      onEvent({ phase: 'uploading', message, fraction: sent / bundle.tarBytes });
    });
    return this.api.deploy(params, archive, signal);
  }

  /**
   * Waits until the status tells of this deploy. Throws `outcomeUnknown` where it does not: what was
   * sent may still wait its turn at the instance.
   */
  private async findTaken(before: ServiceStatus, failure: unknown): Promise<void> {
    const isHasty = isAppError(failure, 'cancelled');
    for (let left = isHasty ? hastyQuestions : questions; left > 0; left -= 1) {
      const now = await this.askStatus(failure);
      if (now && tellsOfDeploy(now, before, this.request.version)) {
        return;
      }
      await delay(this.options.pauseMs);
    }
    throw this.unknownOutcome(failure);
  }

  /** Undefined where it may be asked again; what does not pass leaves the outcome unknown. */
  private async askStatus(failure: unknown): Promise<ServiceStatus | undefined> {
    try {
      return await this.getStatus();
    } catch (error) {
      if (isPassing(error)) {
        return undefined;
      }
      throw this.unknownOutcome(failure);
    }
  }

  private unknownOutcome(cause: unknown): AppError {
    const { target, version } = this.request;
    const { account, serviceId, environmentId, serviceName, environmentName } = target;
    return new AppError(
      'outcomeUnknown',
      `${messageOf(cause)} Everything was sent, so ${version} may be deployed all the same: look at the status of ${serviceName} · ${environmentName} before you deploy again.`,
      { cause, details: { account: account.id, service: serviceId, environment: environmentId } },
    );
  }

  private getStatus(signal?: AbortSignal): Promise<ServiceStatus> {
    const { serviceId, environmentId } = this.request.target;
    return this.api.getStatus(serviceId, environmentId, signal);
  }
}

/** Whether the instance may have made a job nevertheless. */
function isAnswerLost(error: unknown): boolean {
  const isRefused = isAppError(error, 'rejected');
  return !isRefused && (isPassing(error) || isAppError(error, 'cancelled'));
}

/** A server may quote what it refuses. */
function withoutValues(error: unknown, values: readonly string[]): unknown {
  const quoted = values.filter((value) => value !== '' && messageOf(error).includes(value));
  if (!isAppError(error) || quoted.length === 0) {
    return error;
  }
  const clean = quoted.reduce((text, value) => text.replaceAll(value, '[hidden]'), error.message);
  return new AppError(error.code, clean, { details: error.details });
}
