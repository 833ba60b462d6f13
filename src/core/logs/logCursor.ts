import type { LogEntry, LogQuery } from '../kinvey/apiTypes';

export interface LogCursorOptions {
  /** How late an entry may turn up, in milliseconds; 20 seconds unless told. */
  overlapMs?: number;
  /** Entries a page; well below the 2000 that the server gives at most. */
  pageSize?: number;
  /** How many ids of one sweep are kept to recognize entries that move from page to page. */
  remembered?: number;
  now?: () => number;
  /** Ids at the time `from` that were seen before. */
  seen?: Iterable<string>;
}

/** A sweep that took longer, since the network was away, is not made good for any further. */
const longestSweepMs = 300_000;

/**
 * Asks for logs so that no entry is lost and none comes twice. One sweep reads all pages since a
 * fixed time, in whichever order the server pages; the next one begins a while before the newest
 * entry, for those that come late, and leaves out the ids that were seen.
 *
 *     entries   ──────────────────●──────●──●     ● newest
 *     next from            │◄──── overlap + length of this sweep
 */
export class LogCursor {
  private readonly overlapMs: number;
  private readonly pageSize: number;
  private readonly remembered: number;
  private readonly now: () => number;
  /** Ids of earlier sweeps that this one may meet, with their times. */
  private known = new Map<string, number>();
  /** Ids of this sweep, those seen last coming last. */
  private readonly swept = new Map<string, number>();
  private from: string;
  private page = 1;
  private newest: number;
  private sweepStart?: number;

  /** `from` is an ISO time; nothing before it is asked for. */
  constructor(from: string, options: LogCursorOptions = {}) {
    this.from = from;
    this.newest = Date.parse(from);
    this.overlapMs = options.overlapMs ?? 20_000;
    this.pageSize = options.pageSize ?? 1_000;
    this.remembered = options.remembered ?? 50_000;
    this.now = options.now ?? Date.now;
    this.known = new Map([...(options.seen ?? [])].map((id) => [id, this.newest]));
  }

  /** The question to ask now; the same one until its answer is accepted. */
  query(): LogQuery {
    this.sweepStart ??= this.now();
    const { from, page, pageSize: limit } = this;
    return page === 1 ? { from, limit } : { from, limit, page };
  }

  /**
   * The entries that are new, by time; `behind` where the page was full and the next question
   * should follow at once.
   */
  accept(entries: readonly LogEntry[]): { fresh: LogEntry[]; behind: boolean } {
    const fresh = entries.filter((entry) => this.isFresh(entry)).sort(byTime);
    const behind = entries.length >= this.pageSize;
    if (behind) {
      this.page += 1;
      this.forgetSwept();
    } else {
      this.endSweep();
    }
    return { fresh, behind };
  }

  private isFresh({ _id, timestamp }: LogEntry): boolean {
    const time = Date.parse(timestamp);
    const wasSwept = this.swept.delete(_id);
    this.swept.set(_id, time);
    // A container whose clock is ahead must not make us skip what the others write.
    this.newest = Math.max(this.newest, Math.min(time || 0, this.now()));
    return !wasSwept && !this.known.has(_id);
  }

  private endSweep(): void {
    const now = this.now();
    // What came late during the sweep may lie on a page that had been read already.
    const sweepMs = Math.min(now - (this.sweepStart ?? now), longestSweepMs);
    const from = this.newest - this.overlapMs - sweepMs;
    if (from > Date.parse(this.from)) {
      this.from = new Date(from).toISOString();
    }
    const ids = [...this.known, ...this.swept];
    this.known = new Map(ids.filter(([, time]) => !(time < Date.parse(this.from))));
    this.swept.clear();
    this.page = 1;
    this.sweepStart = undefined;
  }

  /**
   * Bounds the memory of a long sweep to the ids seen last and those that the next sweep will meet
   * again.
   */
  private forgetSwept(): void {
    const bound = this.newest - this.overlapMs - longestSweepMs;
    let surplus = this.swept.size - this.remembered;
    for (const [id, time] of this.swept) {
      if (surplus <= 0) {
        return;
      }
      surplus -= 1;
      if (time < bound) {
        this.swept.delete(id);
      }
    }
  }
}

function byTime(one: LogEntry, other: LogEntry): number {
  return Date.parse(one.timestamp) - Date.parse(other.timestamp);
}
