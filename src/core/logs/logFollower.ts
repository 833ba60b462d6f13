import { DisposableStore, toDisposable, type Disposable } from '../base/disposable';
import { AppError, isAppError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import { delay } from '../base/retry';
import type { LogEntry, LogQuery, LogStart } from '../kinvey/apiTypes';
import type { LogCursor } from './logCursor';
import { StreamPosition } from './streamPosition';

/** `waiting`: the last question failed, another one follows. `ended`: asking again is of no use. */
export type FollowState = 'connecting' | 'live' | 'waiting' | 'ended';

export interface LogFollowerOptions {
  /** ISO time of the first entries; five minutes ago unless told. */
  from?: string;
  /** Between two questions, in milliseconds. */
  intervalMs?: number;
}

/** Two ways to the logs of one service environment. */
export interface LogSource {
  fetch(query: LogQuery, signal: AbortSignal): Promise<LogEntry[]>;
  /** New entries as they come; undefined, or an error that will not pass, where there is no stream. */
  stream?(
    start: LogStart,
    signal: AbortSignal,
  ): Promise<AsyncIterable<readonly LogEntry[]> | undefined>;
}

const longestPauseMs = 30_000;
const defaultPastMs = 300_000;

/**
 * Follows the logs of a service environment from `start` until it is disposed, through lost
 * connections: by the instance's live stream for as long as it offers one, else by asking again and
 * again. Nothing is lost or told twice where one takes over from the other.
 */
export class LogFollower implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly entries = this.owned.add(new Emitter<readonly LogEntry[]>());
  private readonly states = this.owned.add(new Emitter<{ state: FollowState; error?: AppError }>());
  private readonly end = new AbortController();
  private readonly position: StreamPosition;
  private readonly intervalMs: number;
  private last?: { state: FollowState; error?: AppError };
  private failures = 0;

  /** New entries, each once, by time within one event. */
  readonly onEntries = this.entries.event;
  /** With the reason for `waiting` and `ended`. */
  readonly onDidChangeState = this.states.event;

  constructor(
    private readonly source: LogSource,
    options: LogFollowerOptions = {},
  ) {
    const { from = new Date(Date.now() - defaultPastMs).toISOString(), intervalMs = 2_000 } =
      options;
    this.position = new StreamPosition(from);
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
    while (!this.hasEnded() && (await this.readStream())) {
      await this.pause();
    }
    const cursor = this.position.toCursor();
    while (!this.hasEnded()) {
      const isBehind = await this.ask(cursor);
      if (!isBehind) {
        await this.pause();
      }
    }
  }

  /** Reads the stream to its end, or until it breaks. False where the instance offers none. */
  private async readStream(): Promise<boolean> {
    try {
      const stream = await this.source.stream?.(this.position.start(), this.end.signal);
      if (stream === undefined) {
        return false;
      }
      this.failures = 0;
      this.tell('live');
      for await (const entries of stream) {
        this.take(entries);
      }
    } catch (error) {
      return this.mayPass(error);
    }
    return true;
  }

  private take(entries: readonly LogEntry[]): void {
    if (!this.end.signal.aborted) {
      this.position.note(entries);
      this.entries.fire(entries);
    }
  }

  /** The network may come back. Whatever else a stream fails with, asking may do, and tells if not. */
  private mayPass(error: unknown): boolean {
    if (this.end.signal.aborted) {
      return true;
    }
    const isPassing = isAppError(error, 'unreachable', 'timedOut');
    if (isPassing) {
      this.failures += 1;
      this.tell('waiting', error);
    }
    return isPassing;
  }

  /** Asks once; true where there is more to be had at once. */
  private async ask(cursor: LogCursor): Promise<boolean> {
    const entries = await this.fetchPage(cursor);
    if (entries === undefined || this.end.signal.aborted) {
      return false;
    }
    this.failures = 0;
    const { fresh, behind } = cursor.accept(entries);
    this.tell('live');
    if (fresh.length > 0) {
      this.entries.fire(fresh);
    }
    return behind;
  }

  private async fetchPage(cursor: LogCursor): Promise<LogEntry[] | undefined> {
    try {
      return await this.source.fetch(cursor.query(), this.end.signal);
    } catch (error) {
      if (!this.end.signal.aborted) {
        this.failures += 1;
        this.tell(isFinal(error) ? 'ended' : 'waiting', toAppError(error));
      }
      return undefined;
    }
  }

  /** Longer after each failure. */
  private async pause(): Promise<void> {
    const longer = Math.min(this.intervalMs * 2 ** Math.min(this.failures, 16), longestPauseMs);
    const ms = this.failures > 0 ? longer : this.intervalMs;
    await delay(ms, this.end.signal).catch(() => undefined);
  }

  private hasEnded(): boolean {
    return this.end.signal.aborted || this.last?.state === 'ended';
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
