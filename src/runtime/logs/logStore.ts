import { Emitter } from '../../core/base/event';
import type { Log } from '../../core/base/log';
import type { Metrics } from '../metrics/metrics';
import type { LogRange } from './environmentLog';
import { LinesUnderWay, type Lines } from './linesUnderWay';
import type {
  LogInput,
  LogWorkerData,
  StreamPage,
  StreamSource,
  StreamStart,
  WrittenLines,
} from './logMessages';
import { LogWorkerClient } from './logWorkerClient';
import { LostLines } from './lostLines';

export interface LogStoreOptions extends LogWorkerData {
  /** The built logs/logWorker. */
  readonly worker: string;
  readonly metrics: Metrics;
  readonly log: Log;
}

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
  private readonly underWay = new LinesUnderWay();
  private readonly lost: LostLines;
  private isOpen = true;

  /** Which environments have new entries. */
  readonly onDidWrite = this.written.event;
  /** The logs of an environment are gone. */
  readonly onDidDelete = this.deleted.event;

  constructor(private readonly options: LogStoreOptions) {
    const { worker, file, bytesKept, linesPerSecond, bytesPerSecond } = options;
    this.lost = new LostLines(options.metrics);
    this.client = new LogWorkerClient(
      worker,
      { file, bytesKept, linesPerSecond, bytesPerSecond },
      {
        written: (written) => this.noteWritten(written),
        died: (error) => this.noteDeath(error),
        replaced: () => this.goOn(),
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
    this.client.put({ type: 'open', stream, ...source });
    return {
      write: (chunk) => {
        const bytes = new Uint8Array(chunk);
        const input = { source, count: countLines(bytes), bytes: bytes.length };
        this.put({ type: 'chunk', stream, at: Date.now(), bytes }, input);
      },
      end: () => {
        this.streams.delete(stream);
        this.client.put({ type: 'end', stream, at: Date.now() });
      },
    };
  }

  /** A line of the runtime's own among those of a service. */
  addNote(source: StreamSource, message: string, threshold: 'info' | 'warning' | 'error'): void {
    const input = { source, count: 1, bytes: 0 };
    this.put({ type: 'note', ...source, message, threshold, at: Date.now() }, input);
  }

  /** Calls back as soon as more may be written, at once where that is now. */
  whenRoom(callback: () => void): void {
    this.underWay.whenRoom(callback);
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
    this.underWay.giveUp();
  }

  private put(input: LogInput, lines: Lines & { bytes: number }): void {
    if (!this.isOpen) {
      return;
    }
    if (this.client.put(input)) {
      this.underWay.add(lines);
    } else {
      this.lost.add(lines);
    }
  }

  private noteWritten({ inputs, taken, lost, ...written }: WrittenLines): void {
    const { metrics, log } = this.options;
    metrics.logLinesTaken(taken + written.overRate);
    metrics.logLinesDropped('rate', written.overRate);
    metrics.logLinesDropped('retention', written.retired);
    metrics.logLinesDropped('lost', lost);
    if (written.problem !== undefined) {
      log.error(`${lost} log lines could not be written: ${written.problem}`);
    }
    this.underWay.arrived(inputs);
    this.written.fire(written.environmentIds);
  }

  private noteDeath(error: Error): void {
    this.options.log.error(`${error.message} What was not written yet is lost.`);
    this.underWay.giveUp().forEach((lines) => this.lost.add(lines));
  }

  /** Another worker has to be told of the streams that are open, and the logs of what they miss. */
  private goOn(): void {
    this.options.log.info('The logs go on.');
    this.streams.forEach((source, stream) => this.client.put({ type: 'open', stream, ...source }));
    for (const { source, count } of this.lost.take()) {
      const lines = count === 1 ? 'log line was' : 'log lines were';
      const note = `${count} ${lines} lost here: the log worker ended before it had written them.`;
      this.addNote(source, note, 'warning');
    }
  }
}

const newline = 10;

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) {
    count += 1;
  }
  return count;
}
