import { randomUUID } from 'node:crypto';
import { AppError } from '../base/errors';
import { Emitter } from '../base/event';
import type { SharedMemory } from '../base/memory';
import { isRunning } from '../base/processes';
import type { Discovery } from '../handlers/discovery';
import type { ServiceStatus } from '../kinvey/apiTypes';
import type { StartupError } from '../logs/startupError';
import type { GitCommit } from '../project/gitCommit';
import type { VersionEdit } from '../project/versionEdit';
import { isPending, isSame, recordsOf, withRecord } from './rememberedRecords';
import { WatchLeases, type WindowId } from './watchLeases';

/** One deployment, recycle or update, as it is remembered. */
export interface DeploymentRecord {
  folder: string;
  accountId: string;
  serviceId: string;
  serviceName: string;
  environmentId: string;
  environmentName: string;
  /** `update`: of variables or the Node.js version. */
  kind: 'deploy' | 'recycle' | 'update';
  /** Empty where the instance took the deploy and its answer was lost. */
  job: string;
  version?: string;
  /** ISO time. */
  startedAt: string;
  /** ISO time; absent while it goes on. */
  endedAt?: string;
  /**
   * `incomplete`: online, without handlers that its scripts register for sure; `cancelled`: nobody watched
   * to the end; `unknown`: it may have been sent, and the instance
   * never told of it. Absent: under way, or the watch broke off.
   */
  outcome?: 'online' | 'incomplete' | 'failed' | 'cancelled' | 'unknown';
  /** What the job last said. */
  progress?: string;
  reason?: string;
  /** Of an update: names of variables and the Node.js, never a value. */
  changes?: string;
  /** Why it did not start, where the logs tell. */
  startupError?: StartupError;
  /** SHA-256 of the tar that was sent, hex; absent while less than all of it was. */
  bundleHash?: string;
  /**
   * Whether the vault got what was sent; `leaks`: it was not to, since it may hold secrets; `large`:
   * it is larger than all that may be kept.
   */
  copy?: 'kept' | 'failed' | 'leaks' | 'large';
  /** The version that the same was sent as before. */
  again?: string;
  /** What stood in git when it was sent; absent where there is no repository. */
  commit?: GitCommit;
  /** What a person wrote about it. */
  note?: string;
  /** What the service said that it handles, or what its scripts register; where either tells. */
  handlers?: Discovery;
  /** What its scripts register whenever it comes up. */
  expected?: Discovery;
  /** What was written into the folder for it; kept until it is known how the deploy ended. */
  edit?: VersionEdit;
}

/** A deploy that is being sent: what its folder needs should the window end in the middle of it. */
export interface PendingDeploy {
  /** As it will be remembered once there is a job. */
  readonly record: DeploymentRecord & { readonly version: string };
  /** The status before, by which the deploy is told from an older one of the same version. */
  readonly before: ServiceStatus;
  readonly sender: WindowId;
}

export function ended(
  record: DeploymentRecord,
  outcome: DeploymentRecord['outcome'],
  reason?: string,
): DeploymentRecord {
  return { ...record, endedAt: new Date().toISOString(), outcome, reason };
}

const historyPrefix = 'flexservice.deployments.';
const pendingPrefix = 'flexservice.pending.';
/** No upload takes longer; a process that runs under the sender's id later is another one. */
const longestUploadMs = 15 * 60_000;

/** Remembers the deployments of each folder, and the one that is being sent. */
export class DeploymentStore {
  private readonly changed = new Emitter<DeploymentRecord>();
  readonly onDidChange = this.changed.event;

  /** Which window watches what. */
  readonly watches: WatchLeases;
  private readonly sender: WindowId;

  constructor(
    private readonly memory: SharedMemory,
    pid = process.pid,
  ) {
    this.sender = { pid, window: randomUUID() };
    this.watches = new WatchLeases(memory, this.sender);
  }

  last(folder: string): DeploymentRecord | undefined {
    return this.history(folder)[0];
  }

  /** The newest first. */
  history(folder: string): readonly DeploymentRecord[] {
    return recordsOf(this.memory.get(historyPrefix + folder));
  }

  /** What is remembered of it by now, such as by another window. */
  find(record: DeploymentRecord): DeploymentRecord | undefined {
    return this.history(record.folder).find((known) => isSame(known, record));
  }

  pending(folder: string): PendingDeploy | undefined {
    const known = this.memory.get(pendingPrefix + folder);
    return isPending(known) ? known : undefined;
  }

  /** Throws `rejected` where another deploy of the folder is being sent, or was left in the middle. */
  async begin(record: PendingDeploy['record'], before: ServiceStatus): Promise<void> {
    const mine: PendingDeploy = { record, before, sender: this.sender };
    // What another version of the extension left there says nothing to this one.
    const now = await this.memory.update(pendingPrefix + record.folder, (known) =>
      isPending(known) ? known : mine,
    );
    if (now !== mine) {
      throw this.refusal(now);
    }
  }

  private refusal(other: PendingDeploy): AppError {
    const { folder } = other.record;
    return new AppError(
      'rejected',
      this.isSentElsewhere(other)
        ? `Another window is deploying ${folder}.`
        : `An earlier deploy of ${folder} was not finished yet.`,
    );
  }

  /** What became known of it while it is sent. Nothing where it is not the pending one. */
  async amend(record: PendingDeploy['record']): Promise<void> {
    await this.changePending(record, (pending) => ({ ...pending, record }));
  }

  /** Whether another window that still runs sends it. */
  isSentElsewhere({ sender, record }: PendingDeploy): boolean {
    const isYoung = Date.now() - Date.parse(record.startedAt) < longestUploadMs;
    return sender.window !== this.sender.window && isYoung && isRunning(sender.pid);
  }

  /** It is not being sent any more, and its folder needs nothing. */
  async abandon(record: DeploymentRecord): Promise<void> {
    await this.changePending(record, () => undefined);
  }

  private async changePending(
    record: DeploymentRecord,
    change: (pending: PendingDeploy) => PendingDeploy | undefined,
  ): Promise<void> {
    await this.memory.update(pendingPrefix + record.folder, (known) =>
      isPending(known) && isSame(known.record, record) ? change(known) : known,
    );
  }

  /**
   * From here on the record tells of the deploy, and no longer what was remembered while sending.
   * Its note stays the one that is remembered.
   */
  async save(record: DeploymentRecord): Promise<void> {
    await this.write(record, (known) => ({ ...record, note: known?.note }));
    await this.abandon(record);
  }

  /** An empty note takes it away. */
  async setNote(record: DeploymentRecord, note: string): Promise<void> {
    await this.write(
      record,
      (known) => known && { ...known, note: note === '' ? undefined : note },
    );
  }

  /** What is known of it by then, such as from another window, is changed and not overwritten. */
  private async write(
    record: DeploymentRecord,
    change: (known: DeploymentRecord | undefined) => DeploymentRecord | undefined,
  ): Promise<void> {
    let written: DeploymentRecord | undefined;
    await this.memory.update(historyPrefix + record.folder, (value) => {
      const known = recordsOf(value);
      written = change(known.find((other) => isSame(other, record)));
      return written ? withRecord(known, written) : value;
    });
    if (written) {
      this.changed.fire(written);
    }
  }
}
