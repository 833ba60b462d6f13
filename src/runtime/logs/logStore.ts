import { Emitter } from '../../core/base/event';
import type { Log } from '../../core/base/log';
import type { Metrics } from '../metrics/metrics';
import type { LogRange } from './environmentLog';
import type {
  LogWorkerData,
  StreamPage,
  StreamSource,
  StreamStart,
  WrittenLines,
} from './logMessages';
import { LogWorkerClient } from './logWorkerClient';

export interface LogStoreOptions extends LogWorkerData {
  /** The built logs/logWorker. */
  readonly worker: string;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What may be on its way to the worker; printing waits beyond it. Little, since questions wait too. */
const mostBytesUnderWay = 1_048_576;

/**
 * The services' logs. A worker thread makes lines of what the services print and keeps them in
 * logs.db; a question is answered after all that was printed before it. Ids and times only ever
 * grow.
 */
export class LogStore {
  private readonly client: LogWorkerClient;
  private readonly written = new Emitter<readonly string[]>();
  private readonly deleted = new Emitter<string>();
  private readonly streams = new Map<number, StreamSource>();
  private lastStream = 0;
  private bytesUnderWay = 0;
  private waitingForRoom: (() => void)[] = [];
  private isOpen = true;

  /** Which environments have new entries. */
  readonly onDidWrite = this.written.event;
  /** The logs of an environment are gone. */
  readonly onDidDelete = this.deleted.event;

  constructor(private readonly options: LogStoreOptions) {
    const { worker, file, bytesKept, linesPerSecond, bytesPerSecond } = options;
    this.client = new LogWorkerClient(
      worker,
      { file, bytesKept, linesPerSecond, bytesPerSecond },
      {
        written: (written) => this.noteWritten(written),
        replaced: (error) => this.goOn(error),
        failed: (error) => this.giveUp(error),
      },
    );
  }

  /**
   * Resolves when the logs are open, those of environments that exist no more removed. Throws
   * AppError runtimeFailed.
   */
  start(environmentIds: readonly string[]): Promise<void> {
    return this.client.ask('retain', { environmentIds });
  }

  /** A stream that a process prints to. `write` copies the bytes. */
  openStream(source: StreamSource): { write(bytes: Uint8Array): void; end(): void } {
    const stream = ++this.lastStream;
    this.streams.set(stream, source);
    this.put({ type: 'open', stream, ...source });
    return {
      write: (chunk) => {
        const bytes = new Uint8Array(chunk);
        this.bytesUnderWay += this.isOpen ? bytes.length : 0;
        this.put({ type: 'chunk', stream, at: Date.now(), bytes });
      },
      end: () => {
        this.streams.delete(stream);
        this.put({ type: 'end', stream, at: Date.now() });
      },
    };
  }

  /** A line of the runtime's own among those of a service. */
  addNote(source: StreamSource, message: string, threshold: 'info' | 'warning' | 'error'): void {
    this.put({ type: 'note', ...source, message, threshold, at: Date.now() });
  }

  /** Calls back as soon as more may be written, at once where that is now. */
  whenRoom(callback: () => void): void {
    if (this.bytesUnderWay < mostBytesUnderWay) {
      callback();
    } else {
      this.waitingForRoom.push(callback);
    }
  }

  /** One page, ascending, as a JSON array of entries. */
  page(environmentId: string, range: LogRange): Promise<Uint8Array> {
    return this.client.ask('page', { environmentId, range });
  }

  /** Where a live stream begins, for `follow`. */
  locate(environmentId: string, start: StreamStart): Promise<number> {
    return this.client.ask('locate', { environmentId, start });
  }

  follow(environmentId: string, next: number): Promise<StreamPage> {
    return this.client.ask('follow', { environmentId, next });
  }

  async deleteAll(environmentId: string): Promise<void> {
    await this.client.ask('delete', { environmentId });
    this.deleted.fire(environmentId);
  }

  /** Writes what is still waiting. What comes later, from a process on its last legs, is lost. */
  async close(): Promise<void> {
    this.isOpen = false;
    await this.client.close();
    this.makeRoom(this.bytesUnderWay);
  }

  private put(input: Parameters<LogWorkerClient['put']>[0]): void {
    if (this.isOpen) {
      this.client.put(input);
    }
  }

  private noteWritten({ bytes, taken, lost, ...written }: WrittenLines): void {
    const { metrics, log } = this.options;
    metrics.logLinesTaken(taken + written.overRate);
    metrics.logLinesDropped('rate', written.overRate);
    metrics.logLinesDropped('retention', written.retired);
    metrics.logLinesDropped('lost', lost);
    if (written.problem !== undefined) {
      log.error(`${lost} log lines could not be written: ${written.problem}`);
    }
    this.makeRoom(bytes);
    this.written.fire(written.environmentIds);
  }

  /** Another worker has to be told of the streams that are open. */
  private goOn(error: Error): void {
    this.options.log.error(`${error.message} What was not written yet is lost; they go on now.`);
    this.streams.forEach((source, stream) => this.put({ type: 'open', stream, ...source }));
    this.makeRoom(this.bytesUnderWay);
  }

  /** Services go on without logs rather than not at all. */
  private giveUp(error: Error): void {
    if (this.isOpen) {
      this.isOpen = false;
      this.options.log.error(error.message);
      this.makeRoom(this.bytesUnderWay);
    }
  }

  private makeRoom(bytes: number): void {
    this.bytesUnderWay -= bytes;
    if (this.bytesUnderWay < mostBytesUnderWay) {
      this.waitingForRoom.splice(0).forEach((callback) => callback());
    }
  }
}
