import { DisposableStore, toDisposable, type Disposable } from '../base/disposable';
import { AppError, isAppError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import { delay } from '../base/retry';
import type { LogEntry, LogQuery } from '../kinvey/apiTypes';
import { LogCursor } from './logCursor';

/** `waiting`: the last question failed, another one follows. `ended`: asking again is of no use. */
export type FollowState = 'connecting' | 'live' | 'waiting' | 'ended';

export interface LogFollowerOptions {
  /** ISO time of the first entries; five minutes ago unless told. */
  from?: string;
  /** Between two questions, in milliseconds. */
  intervalMs?: number;
}

type Fetch = (query: LogQuery, signal: AbortSignal) => Promise<LogEntry[]>;

const longestPauseMs = 30_000;
const defaultPastMs = 300_000;

/**
 * Follows the logs of a service environment from `start` until it is disposed, through lost
 * connections.
 */
export class LogFollower implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly entries = this.owned.add(new Emitter<readonly LogEntry[]>());
  private readonly states = this.owned.add(new Emitter<{ state: FollowState; error?: AppError }>());
  private readonly end = new AbortController();
  private readonly cursor: LogCursor;
  private readonly intervalMs: number;
  private last?: { state: FollowState; error?: AppError };
  private failures = 0;

  /** New entries, each once, by time within one event. */
  readonly onEntries = this.entries.event;
  /** With the reason for `waiting` and `ended`. */
  readonly onDidChangeState = this.states.event;

  constructor(
    private readonly fetch: Fetch,
    options: LogFollowerOptions = {},
  ) {
    const { from = new Date(Date.now() - defaultPastMs).toISOString(), intervalMs = 2_000 } =
      options;
    this.cursor = new LogCursor(from);
    this.intervalMs = intervalMs;
    this.owned.add(toDisposable(() => this.end.abort()));
  }

  /** Once; a follower that has ended is not started again. */
  start(): void {
    if (this.last === undefined) {
      this.tell('connecting');
      void this.follow();
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async follow(): Promise<void> {
    while (!this.end.signal.aborted && this.last?.state !== 'ended') {
      const pause = await this.ask();
      await delay(pause, this.end.signal).catch(() => undefined);
    }
  }

  /** Asks once and answers how long to wait. */
  private async ask(): Promise<number> {
    const entries = await this.fetchPage();
    if (entries === undefined || this.end.signal.aborted) {
      return Math.min(this.intervalMs * 2 ** Math.min(this.failures, 16), longestPauseMs);
    }
    this.failures = 0;
    const { fresh, behind } = this.cursor.accept(entries);
    this.tell('live');
    if (fresh.length > 0) {
      this.entries.fire(fresh);
    }
    return behind ? 0 : this.intervalMs;
  }

  private async fetchPage(): Promise<LogEntry[] | undefined> {
    try {
      return await this.fetch(this.cursor.query(), this.end.signal);
    } catch (error) {
      if (!this.end.signal.aborted) {
        this.failures += 1;
        this.tell(isFinal(error) ? 'ended' : 'waiting', toAppError(error));
      }
      return undefined;
    }
  }

  private tell(state: FollowState, error?: AppError): void {
    if (this.last?.state !== state || this.last.error?.message !== error?.message) {
      this.last = { state, error };
      this.states.fire(this.last);
    }
  }
}

function isFinal(error: unknown): boolean {
  return isAppError(error, 'sessionExpired', 'notSignedIn', 'notFound', 'forbidden');
}

function toAppError(error: unknown): AppError {
  return isAppError(error)
    ? error
    : new AppError('serverFailed', `The logs could not be fetched: ${messageOf(error)}`, {
        cause: error,
      });
}
