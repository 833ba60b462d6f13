import { DisposableStore, toDisposable, type Disposable } from '../base/disposable';
import { textOfKey } from './environmentKey';
import type { EnvironmentKey, ServiceChange, ServiceStore } from './serviceStore';
import { isChanging } from './statusText';

/** Pauses between two questions, in milliseconds. */
export interface PollIntervals {
  /** While a rollout is on its way. */
  changing: number;
  resting: number;
  /** After a failure. */
  failing: number;
}

interface Watch {
  readonly key: EnvironmentKey;
  watchers: number;
  timer?: NodeJS.Timeout;
  /** There while the status is being asked for. */
  asking?: AbortController;
}

/**
 * Keeps the store's statuses fresh for those that somebody looks at, and only while the window is.
 * Never throws.
 */
export class StatusPoller implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly watches = new Map<string, Watch>();
  private active = true;

  constructor(
    private readonly store: ServiceStore,
    private readonly intervals: PollIntervals = {
      changing: 3_000,
      resting: 30_000,
      failing: 60_000,
    },
  ) {
    this.owned.add(store.onDidChange((change) => this.follow(change)));
  }

  /** Asks at once, and from then on until the last watcher of this key is disposed. */
  watch(key: EnvironmentKey): Disposable {
    const id = textOfKey(key);
    const watch = this.watches.get(id) ?? { key, watchers: 0 };
    this.watches.set(id, watch);
    watch.watchers += 1;
    if (watch.watchers === 1) {
      this.askNow(watch);
    }
    return toDisposable(() => this.unwatch(id, watch));
  }

  /** Rests while nobody looks; back again, everything is asked for at once. */
  setActive(active: boolean): void {
    if (active === this.active) {
      return;
    }
    this.active = active;
    for (const watch of this.watches.values()) {
      clearTimeout(watch.timer);
      this.askNow(watch);
    }
  }

  dispose(): void {
    this.owned.dispose();
    for (const watch of this.watches.values()) {
      stop(watch);
    }
    this.watches.clear();
  }

  private unwatch(id: string, watch: Watch): void {
    watch.watchers -= 1;
    if (watch.watchers === 0 && this.watches.get(id) === watch) {
      this.watches.delete(id);
      stop(watch);
    }
  }

  /** What was forgotten is asked for; a status that somebody else saw may change the pace. */
  private follow(change: ServiceChange): void {
    for (const watch of this.watches.values()) {
      if (change.kind === 'status' && textOfKey(change.key) === textOfKey(watch.key)) {
        this.askLater(watch);
      }
      if (
        change.kind === 'all' ||
        (change.kind === 'account' && change.accountId === watch.key.accountId)
      ) {
        this.askNow(watch);
      }
    }
  }

  private askNow(watch: Watch): void {
    if (this.active) {
      clearTimeout(watch.timer);
      void this.ask(watch);
    }
  }

  /**
   * Instead of a question that is still on its way, which may carry the token of a session that is
   * over.
   */
  private async ask(watch: Watch): Promise<void> {
    watch.asking?.abort();
    const asking = new AbortController();
    watch.asking = asking;
    try {
      await this.store.fetchStatus(watch.key, asking.signal);
    } catch {
      // The store keeps the error for whoever shows the status.
    }
    if (watch.asking === asking) {
      watch.asking = undefined;
      this.askLater(watch);
    }
  }

  private askLater(watch: Watch): void {
    clearTimeout(watch.timer);
    if (!this.active || watch.watchers === 0 || watch.asking !== undefined) {
      return;
    }
    watch.timer = setTimeout(() => this.askNow(watch), this.pauseOf(watch.key));
  }

  private pauseOf(key: EnvironmentKey): number {
    const known = this.store.knownStatus(key);
    if (known?.status === undefined || known.error !== undefined) {
      return this.intervals.failing;
    }
    return isChanging(known.status) ? this.intervals.changing : this.intervals.resting;
  }
}

function stop(watch: Watch): void {
  watch.watchers = 0;
  clearTimeout(watch.timer);
  watch.asking?.abort();
}
