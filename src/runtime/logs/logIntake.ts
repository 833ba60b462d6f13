import { messageOf } from '../../core/base/errors';
import { EnvironmentIntake } from './environmentIntake';
import type { NewLine } from './environmentLog';
import { LineSplitter } from './lineSplitter';
import type { LogDatabase } from './logDatabase';
import type { LogInput, StreamSource, WrittenLines } from './logMessages';
import type { OutputRate } from './outputLimit';

const flushAfterMs = 10;
const flushAt = 4_000;

interface OpenStream {
  readonly splitter: LineSplitter;
  /** When its latest bytes came. */
  at: number;
}

/**
 * Makes lines of bytes and writes them, gathered for a moment, in one transaction. Lives in the log
 * worker. Every chunk and note that is put in is answered by `tell`, sooner or later.
 */
export class LogIntake {
  private readonly streams = new Map<number, OpenStream>();
  private readonly environments = new Map<string, EnvironmentIntake>();
  private timer: NodeJS.Timeout | undefined;
  private lines = 0;
  private inputs = 0;
  private overRate = 0;

  constructor(
    private readonly database: LogDatabase,
    private readonly rate: OutputRate,
    private readonly tell: (written: WrittenLines) => void,
  ) {}

  put(input: LogInput): void {
    switch (input.type) {
      case 'open':
        this.streams.set(input.stream, this.open(input));
        return;
      case 'chunk':
        this.takeChunk(input.stream, input.bytes, input.at);
        break;
      case 'end':
        this.endStream(input.stream, input.at);
        break;
      case 'note':
        this.inputs += 1;
        this.lines += 1;
        this.of(input.environmentId).addNote(input.message, {
          at: input.at,
          containerId: Buffer.from(input.containerId, 'hex'),
          threshold: input.threshold,
        });
    }
    this.flushSoon();
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const now = Date.now();
    const waiting = [...this.environments]
      .map(([id, environment]) => ({ id, lines: environment.takeLines(now) }))
      .filter(({ lines }) => lines.length > 0);
    const { inputs, overRate } = this;
    [this.lines, this.inputs, this.overRate] = [0, 0, 0];
    if (waiting.length > 0 || inputs > 0) {
      this.tell({ inputs, overRate, ...this.write(waiting) });
    }
    if ([...this.environments.values()].some(({ hasGap }) => hasGap)) {
      this.flushSoon();
    }
  }

  /** The environment is gone, with all that was to be written. */
  forget(environmentId: string): void {
    this.environments.delete(environmentId);
  }

  private flushSoon(): void {
    if (this.lines >= flushAt) {
      this.flush();
    } else {
      this.timer ??= setTimeout(() => this.flush(), flushAfterMs);
    }
  }

  private open({ environmentId, containerId }: StreamSource): OpenStream {
    const container = Buffer.from(containerId, 'hex');
    const environment = this.of(environmentId);
    const stream: OpenStream = {
      at: 0,
      splitter: new LineSplitter((line) => {
        const isTaken = environment.add(line, container, stream.at);
        this.lines += isTaken ? 1 : 0;
        this.overRate += isTaken ? 0 : 1;
      }),
    };
    return stream;
  }

  private takeChunk(id: number, bytes: Uint8Array, at: number): void {
    const stream = this.streams.get(id);
    this.inputs += 1;
    if (stream) {
      stream.at = at;
      stream.splitter.write(bytes);
    }
  }

  private endStream(id: number, at: number): void {
    const stream = this.streams.get(id);
    if (stream) {
      stream.at = at;
      stream.splitter.end();
      this.streams.delete(id);
    }
  }

  private write(
    waiting: readonly { id: string; lines: readonly NewLine[] }[],
  ): Omit<WrittenLines, 'inputs' | 'overRate'> {
    const taken = waiting.reduce((sum, { lines }) => sum + lines.length, 0);
    const environmentIds = waiting.map(({ id }) => id);
    let retired = 0;
    try {
      this.database.transaction(() => {
        for (const { id, lines } of waiting) {
          const log = this.database.create(id);
          lines.forEach((line) => log.append(line));
          retired += log.dropOldest();
        }
      });
      return { environmentIds, taken, retired, lost: 0 };
    } catch (error) {
      return { environmentIds: [], taken, retired: 0, lost: taken, problem: messageOf(error) };
    }
  }

  private of(environmentId: string): EnvironmentIntake {
    const known = this.environments.get(environmentId);
    if (known) {
      return known;
    }
    const environment = new EnvironmentIntake(this.rate);
    this.environments.set(environmentId, environment);
    return environment;
  }
}
