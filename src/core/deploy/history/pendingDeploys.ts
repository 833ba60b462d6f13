import { AppError } from '../../base/errors';
import type { SharedMemory } from '../../base/memory';
import { isRunning } from '../../base/processes';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { DeploymentRecord } from './deploymentRecord';
import { isPending, isSame } from './rememberedRecords';
import type { WindowId } from '../watch/watchLeases';

/** A deploy that is being sent: what its folder needs should the window end in the middle of it. */
export interface PendingDeploy {
  /** As it will be remembered once there is a job. */
  readonly record: DeploymentRecord & { readonly version: string };
  /** The status before, by which the deploy is told from an older one of the same version. */
  readonly before: ServiceStatus;
  readonly sender: WindowId;
}

const prefix = 'flexservice.pending.';
/**
 * A process that runs under the sender's id later may be another one. An upload that takes longer
 * still has the lock of its folder.
 */
const longestMs = 15 * 60_000;

/** Remembers which deploy of each folder is being sent: one at a time. */
export class PendingDeploys {
  constructor(
    private readonly memory: SharedMemory,
    private readonly owner: WindowId,
  ) {}

  /** What is being sent from a folder, or was left in the middle. */
  of(folder: string): PendingDeploy | undefined {
    const known = this.memory.get(prefix + folder);
    return isPending(known) ? known : undefined;
  }

  /** Throws `rejected` where another deploy of the folder is being sent, or was left in the middle. */
  async begin(record: PendingDeploy['record'], before: ServiceStatus): Promise<void> {
    const mine: PendingDeploy = { record, before, sender: this.owner };
    // What another version of the extension left there says nothing to this one.
    const now = await this.memory.update(prefix + record.folder, (known) =>
      isPending(known) ? known : mine,
    );
    if (now !== mine) {
      throw this.refusal(now);
    }
  }

  /** What became known of it while it is sent. Nothing where it is not the pending one. */
  async amend(record: PendingDeploy['record']): Promise<void> {
    await this.change(record, (pending) => ({ ...pending, record }));
  }

  /** Whether another window that still runs seems to send it. */
  isElsewhere({ sender, record }: PendingDeploy): boolean {
    const isYoung = Date.now() - Date.parse(record.startedAt) < longestMs;
    return sender.window !== this.owner.window && isYoung && isRunning(sender.pid);
  }

  /** It is not being sent any more, and its folder needs nothing. */
  async abandon(record: DeploymentRecord): Promise<void> {
    await this.change(record, () => undefined);
  }

  private refusal(other: PendingDeploy): AppError {
    const { folder } = other.record;
    return new AppError(
      'rejected',
      this.isElsewhere(other)
        ? `Another window is deploying ${folder}.`
        : `An earlier deploy of ${folder} was not finished yet.`,
    );
  }

  private async change(
    record: DeploymentRecord,
    change: (pending: PendingDeploy) => PendingDeploy | undefined,
  ): Promise<void> {
    await this.memory.update(prefix + record.folder, (known) =>
      isPending(known) && isSame(known.record, record) ? change(known) : known,
    );
  }
}
