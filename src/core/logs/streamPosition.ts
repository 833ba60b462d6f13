import type { LogEntry, LogStart } from '../kinvey/apiTypes';
import { LogCursor } from './logCursor';

/** How far a live stream was read, to go on from there by the stream or by asking. */
export class StreamPosition {
  private last: LogEntry | undefined;
  /** The ids of all entries at the time of the last one. */
  private atLastTime: string[] = [];

  /** `from` is the ISO time that was asked for first. */
  constructor(private readonly from: string) {}

  /** Entries come in their order, each once. */
  note(entries: readonly LogEntry[]): void {
    const last = entries.at(-1);
    if (last === undefined) {
      return;
    }
    const ids = entries.filter(({ timestamp }) => timestamp === last.timestamp).map((e) => e._id);
    const isSameTime = this.last?.timestamp === last.timestamp;
    this.atLastTime = isSameTime ? [...this.atLastTime, ...ids] : ids;
    this.last = last;
  }

  start(): LogStart {
    return this.last === undefined ? { from: this.from } : { after: this.last._id };
  }

  /** Asks for what comes after it. */
  toCursor(): LogCursor {
    return new LogCursor(this.last?.timestamp ?? this.from, { seen: this.atLastTime });
  }
}
