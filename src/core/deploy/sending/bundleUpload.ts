import { messageOf } from '../../base/errors';
import type { Log } from '../../base/log';
import type { DeployParams } from '../../kinvey/apiTypes';
import type { ManagementApi } from '../../kinvey/managementApi';
import type { BundlePlan } from '../../project/bundlePlan';
import type { DeployRequest } from '../deployEvents';
import { findEnvironment } from '../environmentUpdate';
import { UploadMeter } from './uploadMeter';
import { SentCopy, type SentBundle } from '../vault/sentCopy';
import type { VaultWriter } from '../vault/vaultWriter';

export interface BundleUpload {
  readonly api: ManagementApi;
  readonly params: DeployParams;
  readonly bundle: BundlePlan;
  /** Of the vault, where that is to have what is sent. */
  readonly writer: VaultWriter | undefined;
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly onEvent: DeployRequest['onEvent'];
  /** Awaited before the end is sent, so that it is known of every deploy that the instance may take. */
  readonly onAllSent: (sent: SentBundle) => Promise<void>;
}

/** Sends a bundle, tells how far it is, and keeps a copy of what passes by. Answers the job's id. */
export async function uploadBundle(upload: BundleUpload): Promise<string> {
  const { api, params, log, signal } = upload;
  const archive = await openArchive(upload);
  const copy = new SentCopy(upload.writer);
  try {
    const copied = copy.of(archive, upload.onAllSent);
    return await api.deploy(params, copied, signal);
  } finally {
    await copy.discard();
    if (copy.problem !== undefined) {
      log.warn(`deploy: no copy is kept: ${messageOf(copy.problem)}`);
    }
  }
}

async function openArchive({ bundle, onEvent }: BundleUpload) {
  const meter = new UploadMeter(bundle);
  onEvent({ phase: 'uploading', message: meter.message(0), fraction: 0 });
  // Loaded here: archiver is large, and most windows never deploy.
  const { createArchive } = await import('./archive');
  return createArchive(bundle, (sent) => {
    const fraction = sent / bundle.tarBytes;
    onEvent({ phase: 'uploading', message: meter.message(sent), fraction });
  });
}

/** The instance replaces all variables by what it is sent (contract 4.1). */
export async function deployParams(
  api: ManagementApi,
  { target, version, variables, runtime, signal }: DeployRequest,
): Promise<DeployParams> {
  const { serviceId, environmentId: serviceEnvironmentId } = target;
  const present = variables && (await findEnvironment(api, target, signal));
  const environmentVariables = variables && { ...present?.environmentVariables, ...variables };
  return { serviceId, serviceEnvironmentId, version, environmentVariables, runtime };
}
