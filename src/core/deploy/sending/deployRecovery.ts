import type { Apis } from '../../accounts/apiProvider';
import { AppError } from '../../base/errors';
import type { Log } from '../../base/log';
import { delay } from '../../base/retry';
import type { DeployRequest } from '../deployEvents';
import type { DeployTiming } from '../deployment';
import { ended, type DeploymentRecord } from '../history/deploymentRecord';
import type { DeploymentStore } from '../history/deploymentStore';
import { outcomeUnknown } from '../deployMessages';
import { withFolderLock } from '../checks/folderLock';
import type { PendingDeploy } from '../history/pendingDeploys';
import { lostQuestions, senderOf, wasTaken } from './deploySigns';
import { undoVersion } from '../version/versionUndo';
import { writeVersion } from '../version/versionWrite';

/** How a deploy went on whose window ended while it was sent. */
export interface Recovered {
  /** Remembered as under way, to be resumed: the instance took it, and the folder has its version. */
  readonly taken?: DeploymentRecord;
  /** What a person has to know where the instance does not tell of it. */
  readonly lost?: AppError;
}

/** As of a deploy. */
export type RecoveryOptions = Pick<DeployRequest, 'signal' | 'unsaved'>;

/** An extension host that is being replaced needs a moment to end; looked at so often. */
const looksAtSender = 5;

/** Finishes the deploy that an earlier window left in the middle. */
export class DeployRecovery {
  constructor(
    private readonly apis: Apis,
    private readonly deployments: DeploymentStore,
    private readonly log: Log,
    private readonly timing: DeployTiming = {},
  ) {}

  /**
   * Not to be called while this window deploys the folder. Throws `rejected` or `folderTaken` while
   * another window sends, and what the wire throws; then nothing has changed.
   */
  async recover(folder: string, options: RecoveryOptions = {}): Promise<Recovered> {
    if (!(await this.isLeft(folder, options.signal))) {
      return {};
    }
    // Who sends still, however long that takes, has the lock.
    return withFolderLock(folder, this.log, () => this.finish(folder, options));
  }

  private async finish(folder: string, { signal, unsaved }: RecoveryOptions): Promise<Recovered> {
    const pending = this.deployments.pending.of(folder);
    if (!pending) {
      return {};
    }
    if (await this.wasTaken(pending, signal)) {
      const options = { pending: this.deployments.pending, log: this.log, unsaved };
      const taken = await writeVersion(pending.record, options);
      await this.deployments.save(taken);
      return { taken };
    }
    return { lost: await this.giveUp(pending) };
  }

  private async isLeft(folder: string, signal?: AbortSignal): Promise<boolean> {
    for (let left = looksAtSender; ; left -= 1) {
      const pending = this.deployments.pending.of(folder);
      if (!pending || !this.deployments.pending.isElsewhere(pending)) {
        return pending !== undefined;
      }
      if (left === 0) {
        throw new AppError('rejected', `Another window is deploying ${folder}.`);
      }
      await delay(this.pauseMs, signal);
    }
  }

  private async wasTaken(pending: PendingDeploy, signal?: AbortSignal): Promise<boolean> {
    const { record, before } = pending;
    // Its answer came.
    if (record.job !== '') {
      return true;
    }
    const api = await this.apis.forAccount(record.accountId);
    return wasTaken({
      getStatus: () => api.getStatus(record.serviceId, record.environmentId, signal),
      before,
      version: record.version,
      by: await senderOf(api, record.accountId, signal),
      times: lostQuestions,
      pauseMs: this.pauseMs,
      signal,
    });
  }

  private async giveUp({ record }: PendingDeploy) {
    const why = `The window was closed while it sent ${record.serviceName} ${record.version}, and the instance does not tell of that deploy.`;
    const error = outcomeUnknown(record, `${why} ${await this.takeBack(record)}`.trim());
    await this.deployments.save(ended(record, 'unknown', error.message));
    return error;
  }

  /** An older version of the extension wrote before it sent. */
  private async takeBack({ edit }: DeploymentRecord): Promise<string> {
    const note = await undoVersion(this.log, edit);
    return edit !== undefined && note === '' ? 'The version is set back in package.json.' : note;
  }

  private get pauseMs(): number {
    return this.timing.intervalMs ?? 1_000;
  }
}
