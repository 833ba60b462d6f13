import type { LogRange } from './environmentLog';
import type { LogDatabase } from './logDatabase';
import type { StreamPage, StreamStart } from './logMessages';
import { seqOfEntryId, toEntryJson } from './storedLine';

/** A page of a live stream: enough to be quick, little enough to wait in memory for a slow reader. */
const streamPageEntries = 1_000;
const streamPageBytes = 262_144;

const encoder = new TextEncoder();

/** Answers questions about the logs in the bytes that go over the wire. Lives in the log worker. */
export class LogQueries {
  constructor(private readonly database: LogDatabase) {}

  page(environmentId: string, range: LogRange): Uint8Array {
    const lines = this.database.find(environmentId)?.page(range) ?? [];
    return encoder.encode(`[${lines.map(toEntryJson).join(',')}]`);
  }

  /**
   * Where a live stream begins. After an entry that was dropped meanwhile comes the oldest that is
   * kept. An id that this log has not given is of a log that was lost: all of this one follows.
   */
  locate(environmentId: string, { after, from }: StreamStart): number {
    const log = this.database.find(environmentId);
    if (!log) {
      return 0;
    }
    if (after !== undefined) {
      const seq = seqOfEntryId(after, log.number) ?? 0;
      return seq > log.newest ? 0 : seq + 1;
    }
    return from === undefined ? log.newest + 1 : log.firstFrom(from);
  }

  /** The entries from `next` on as server-sent events, each with its `_id`. */
  follow(environmentId: string, next: number): StreamPage {
    const log = this.database.find(environmentId);
    const dropped = log && next > 0 ? log.oldest - next : 0;
    const events = dropped > 0 ? [`: ${dropped} entries were dropped meanwhile\n\n`] : [];
    let count = 0;
    let bytes = 0;
    let end = next;
    for (const line of log?.from(next, streamPageEntries) ?? []) {
      const event = `id: ${line.id}\ndata: ${toEntryJson(line)}\n\n`;
      events.push(event);
      count += 1;
      bytes += event.length;
      end = line.seq + 1;
      if (bytes >= streamPageBytes) {
        break;
      }
    }
    return { events: encoder.encode(events.join('')), count, next: end };
  }
}
