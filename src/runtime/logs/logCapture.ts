import { randomBytes } from 'node:crypto';
import { finished, type Readable } from 'node:stream';
import { LineSplitter } from './lineSplitter';
import type { StreamSource } from './logMessages';
import type { LogStore } from './logStore';

/**
 * Between two reads of a stream. A service that prints line by line would wake the runtime for each
 * of them; meanwhile the operating system gathers them, and a read gets many.
 */
const gatherMs = 5;

/** Where a process's output goes: the log store, or what stands before it. */
export type LogSink = Pick<LogStore, 'openStream' | 'addNote' | 'whenRoom'>;

/** Puts what one process prints into the logs of its service environment. */
export class LogCapture {
  /** 64 hex digits, one per process; the CLI shows the first 12. */
  readonly containerId = randomBytes(32).toString('hex');

  constructor(
    private readonly logs: LogSink,
    private readonly environmentId: string,
  ) {}

  /** Takes all that comes, as fast as the logs do: a process that prints more has to wait. */
  attach(stream: Readable, onLine?: (line: string) => void): void {
    const sink = this.logs.openStream(this.source());
    const splitter = onLine && new LineSplitter(onLine);
    stream.on('data', (chunk: Buffer) => {
      splitter?.write(chunk);
      sink.write(chunk);
      stream.pause();
      setTimeout(() => this.logs.whenRoom(() => stream.resume()), gatherMs);
    });
    stream.once('end', () => splitter?.end());
    finished(stream, { writable: false }, () => sink.end());
  }

  /** A line of the runtime's own among those of the service. */
  note(message: string, threshold: 'info' | 'warning' | 'error' = 'info'): void {
    this.logs.addNote(this.source(), message, threshold);
  }

  private source(): StreamSource {
    return { environmentId: this.environmentId, containerId: this.containerId };
  }
}
