import type { LogSink } from '../logs/logCapture';
import type { StreamSource } from '../logs/logMessages';

const mostHeldBytes = 262_144;
const mostComparedBytes = 65_536;

/**
 * What one start prints. After a start that failed, the output of the next is held back until it is
 * known whether it fails in the same way. Output that grows beyond a bound is passed on at once.
 */
export class AttemptOutput implements LogSink {
  private held: (() => void)[] | undefined;
  private bytes = 0;
  private readonly streams: Buffer[][] = [];

  constructor(
    private readonly sink: LogSink,
    isHeld: boolean,
  ) {
    this.held = isHeld ? [] : undefined;
  }

  openStream(source: StreamSource): ReturnType<LogSink['openStream']> {
    let stream: ReturnType<LogSink['openStream']> | undefined;
    const printed: Buffer[] = [];
    this.streams.push(printed);
    this.pass(() => (stream = this.sink.openStream(source)));
    return {
      write: (chunk) => {
        const bytes = Buffer.from(chunk);
        this.remember(printed, bytes);
        this.pass(() => stream?.write(bytes));
      },
      end: () => this.pass(() => stream?.end()),
    };
  }

  addNote(...note: Parameters<LogSink['addNote']>): void {
    this.pass(() => this.sink.addNote(...note));
  }

  whenRoom(callback: () => void): void {
    this.sink.whenRoom(callback);
  }

  /** Passes on what was held, and from now on everything at once. */
  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    // Nothing is compared any more.
    this.bytes = Infinity;
    this.streams.forEach((printed) => printed.splice(0));
    held.forEach((pass) => pass());
  }

  /** Forgets what was held; false where it has been passed on already. */
  discard(): boolean {
    const wasHeld = this.held !== undefined;
    this.held = wasHeld ? [] : undefined;
    return wasHeld;
  }

  /** Equal for two starts that failed in the same way. */
  signature(exit: string): string {
    const texts = this.streams.map((chunks) => withoutNumbers(Buffer.concat(chunks).toString()));
    return [exit, ...texts].join('\n');
  }

  private pass(work: () => void): void {
    if (this.held) {
      this.held.push(work);
    } else {
      work();
    }
  }

  private remember(printed: Buffer[], bytes: Buffer): void {
    if (this.bytes < mostComparedBytes) {
      printed.push(bytes);
    }
    this.bytes += bytes.length;
    if (this.held && this.bytes > mostHeldBytes) {
      this.release();
    }
  }
}

/** Times, process ids, ports and addresses differ from start to start. */
function withoutNumbers(text: string): string {
  return text.replace(/0x[0-9a-f]+|\d+/gi, '#');
}
