import type { SharedMemory } from '../../base/memory';
import { isRunning } from '../../base/processes';

/** A window of the editor. A process id alone may be another's by now. */
export interface WindowId {
  readonly pid: number;
  readonly window: string;
}

/** What a lease is for, such as a deployment's record. */
export interface Watched {
  readonly folder: string;
  readonly startedAt: string;
}

interface Lease extends WindowId {
  /** Milliseconds since 1970. */
  readonly renewedAt: number;
}

const prefix = 'flexservice.watch.';
/** A window that looks renews more often than that, also where its requests time out. */
const lapseMs = 60_000;

/**
 * Which window watches a deployment: one at a time. Another one takes over where the lease lapses
 * or its window's process is gone.
 */
export class WatchLeases {
  constructor(
    private readonly memory: SharedMemory,
    private readonly owner: WindowId,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Takes or renews the lease; answers whether this window has it. On a disk that takes nothing no
   * window can tell another: each of them watches.
   */
  async hold(watched: Watched): Promise<boolean> {
    const mine: Lease = { ...this.owner, renewedAt: this.now() };
    const lease = await this.change(watched, mine).catch(() => mine);
    return lease === mine;
  }

  /** One that stays lapses. */
  async release(watched: Watched): Promise<void> {
    await this.change(watched, undefined).catch(() => undefined);
  }

  private change(watched: Watched, mine: Lease | undefined): Promise<unknown> {
    return this.memory.update(keyOf(watched), (known) => (this.isElsewhere(known) ? known : mine));
  }

  private isElsewhere(lease: unknown): boolean {
    return (
      isLease(lease) &&
      lease.window !== this.owner.window &&
      // Both ways: a clock may be set back.
      Math.abs(this.now() - lease.renewedAt) < lapseMs &&
      isRunning(lease.pid)
    );
  }
}

function keyOf({ folder, startedAt }: Watched): string {
  return `${prefix}${startedAt} ${folder}`;
}

function isLease(value: unknown): value is Lease {
  return (
    typeof value === 'object' &&
    value !== null &&
    'renewedAt' in value &&
    typeof value.renewedAt === 'number' &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'window' in value
  );
}
