import { Emitter } from '../base/event';

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

const prefix = 'flexservice.deployment.';

/** Remembers the last deployment of each folder. */
export class DeploymentStore {
  private readonly changed = new Emitter<DeploymentRecord>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: Memory) {}

  last(folder: string): DeploymentRecord | undefined {
    const known = this.memory.get(prefix + folder);
    return isRecord(known) ? known : undefined;
  }

  async save(record: DeploymentRecord): Promise<void> {
    await this.memory.set(prefix + record.folder, { ...record });
    this.changed.fire(record);
  }
}

/** What is remembered may come from another version of the extension. */
function isRecord(value: unknown): value is DeploymentRecord {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const needed = ['folder', 'accountId', 'serviceId', 'environmentId', 'kind', 'job', 'startedAt'];
  const known = new Map<string, unknown>(Object.entries(value));
  return needed.every((key) => typeof known.get(key) === 'string');
}
