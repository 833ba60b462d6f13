import { randomUUID } from 'node:crypto';
import { messageOf } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Log } from '../../base/log';
import type { SharedMemory } from '../../base/memory';
import type { DeploymentRecord } from './deploymentRecord';
import { PendingDeploys } from './pendingDeploys';
import { isSame, recordsOf, withRecord } from './rememberedRecords';
import { WatchLeases } from '../watch/watchLeases';

const prefix = 'flexservice.deployments.';

/** Remembers the deployments of each folder. */
export class DeploymentStore {
  private readonly changed = new Emitter<DeploymentRecord>();
  readonly onDidChange = this.changed.event;

  /** What is being sent, and which window watches what. */
  readonly pending: PendingDeploys;
  readonly watches: WatchLeases;

  constructor(
    private readonly memory: SharedMemory,
    pid = process.pid,
  ) {
    const owner = { pid, window: randomUUID() };
    this.pending = new PendingDeploys(memory, owner);
    this.watches = new WatchLeases(memory, owner);
  }

  last(folder: string): DeploymentRecord | undefined {
    return this.history(folder)[0];
  }

  /** The newest first. */
  history(folder: string): readonly DeploymentRecord[] {
    return recordsOf(this.memory.get(prefix + folder));
  }

  /** What is remembered of it by now, such as by another window. */
  find(record: DeploymentRecord): DeploymentRecord | undefined {
    return this.history(record.folder).find((known) => isSame(known, record));
  }

  /**
   * From here on the record tells of the deploy, and no longer what was remembered while sending.
   * Its note stays the one that is remembered.
   */
  async save(record: DeploymentRecord): Promise<void> {
    await this.write(record, (known) => ({ ...record, note: known?.note }));
    await this.pending.abandon(record);
  }

  /** As `save`; where the disk does not let it, what the instance has goes on all the same. */
  async saveIfPossible(record: DeploymentRecord, log: Log): Promise<void> {
    try {
      await this.save(record);
    } catch (error) {
      log.warn(`deploy: ${record.serviceName} is not remembered: ${messageOf(error)}`);
    }
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
    await this.memory.update(prefix + record.folder, (value) => {
      const known = recordsOf(value);
      written = change(known.find((other) => isSame(other, record)));
      return written ? withRecord(known, written) : value;
    });
    if (written) {
      this.changed.fire(written);
    }
  }
}
