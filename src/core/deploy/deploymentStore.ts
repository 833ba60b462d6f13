import { Emitter } from '../base/event';
import type { ServiceStatus } from '../kinvey/apiTypes';
import type { VersionEdit } from '../project/versionEdit';

/** A small key-value store that outlives a reload. */
export interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): Promise<void>;
}

/** One deployment or recycle, as it is remembered. */
export interface DeploymentRecord {
  folder: string;
  accountId: string;
  serviceId: string;
  serviceName: string;
  environmentId: string;
  environmentName: string;
  kind: 'deploy' | 'recycle';
  /** Empty where the instance took the deploy and its answer was lost. */
  job: string;
  version?: string;
  /** ISO time. */
  startedAt: string;
  /** ISO time; absent while it goes on. */
  endedAt?: string;
  /** `cancelled`: nobody watched to the end. Absent: under way, or the watch broke off. */
  outcome?: 'online' | 'failed' | 'cancelled';
  /** What the job last said. */
  progress?: string;
  reason?: string;
}

/** A deploy that is being sent: what its folder needs should the window end in the middle of it. */
export interface PendingDeploy {
  /** As it will be remembered once there is a job. */
  readonly record: DeploymentRecord & { readonly version: string };
  /** What was written into the folder for it. */
  readonly edit: VersionEdit;
  /** The status before, by which the deploy is told from an older one of the same version. */
  readonly before: ServiceStatus;
  /** The process that sends it. */
  readonly pid: number;
}

const lastPrefix = 'flexservice.deployment.';
const pendingPrefix = 'flexservice.pending.';

/** Remembers the last deployment of each folder, and the one that is being sent. */
export class DeploymentStore {
  private readonly changed = new Emitter<DeploymentRecord>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: Memory) {}

  last(folder: string): DeploymentRecord | undefined {
    const known = this.memory.get(lastPrefix + folder);
    return isRecord(known) ? known : undefined;
  }

  pending(folder: string): PendingDeploy | undefined {
    const known = this.memory.get(pendingPrefix + folder);
    return isPending(known) ? known : undefined;
  }

  async begin(pending: PendingDeploy): Promise<void> {
    await this.memory.set(pendingPrefix + pending.record.folder, pending);
  }

  /** Nothing was deployed, and the folder is as it was. */
  async abandon(folder: string): Promise<void> {
    await this.memory.set(pendingPrefix + folder, undefined);
  }

  /** From here on the record tells of the deploy, and no longer what was remembered while sending. */
  async save(record: DeploymentRecord): Promise<void> {
    await this.memory.set(lastPrefix + record.folder, { ...record });
    await this.abandon(record.folder);
    this.changed.fire(record);
  }
}

/** What is remembered may come from another version of the extension. */
function isRecord(value: unknown): value is DeploymentRecord {
  const needed = ['folder', 'accountId', 'serviceId', 'environmentId', 'kind', 'job', 'startedAt'];
  return needed.every((key) => typeof fieldOf(value, key) === 'string');
}

function isPending(value: unknown): value is PendingDeploy {
  const edit = fieldOf(value, 'edit');
  return isRecord(fieldOf(value, 'record')) && Array.isArray(fieldOf(edit, 'changes'));
}

function fieldOf(value: unknown, key: string): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? new Map<string, unknown>(Object.entries(value)).get(key) : undefined;
}
