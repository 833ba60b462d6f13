import { DisposableStore } from '../../core/base/disposable';
import type { StreamStart } from './logMessages';
import type { LogStore } from './logStore';

export interface LogReaderOptions {
  readonly environmentId: string;
  readonly start: StreamStart;
  /** How long a stream may be silent: then it says that it is alive. */
  readonly heartbeatMs: number;
  /** Asked before each page: the session may have ended meanwhile. */
  readonly mayGoOn: () => boolean;
  readonly signal: AbortSignal;
}

const encoder = new TextEncoder();
/** A reader that lost its connection asks again after two seconds. */
const greeting = encoder.encode('retry: 2000\n: the stream begins\n\n');
const heartbeat = encoder.encode(': nothing new\n\n');

/**
 * Reads the log of an environment as server-sent events, for as long as somebody takes them: a page
 * at a time, and the next one only when it is asked for, so that a slow reader costs no memory.
 */
export class LogReader {
  private readonly owned = new DisposableStore();
  private hasNews = false;
  private isDeleted = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly logs: LogStore,
    private readonly options: LogReaderOptions,
  ) {}

  /** Ends without an error when the signal says so, the session ends or the log is deleted. */
  async *read(): AsyncGenerator<Uint8Array> {
    this.subscribe();
    try {
      yield greeting;
      yield* this.readPages();
    } finally {
      this.owned.dispose();
    }
  }

  private async *readPages(): AsyncGenerator<Uint8Array> {
    const { environmentId, start } = this.options;
    let next = await this.logs.locate(environmentId, start);
    while (this.goesOn()) {
      this.hasNews = false;
      const page = await this.logs.follow(environmentId, next);
      next = page.next;
      if (page.count > 0) {
        yield page.events;
      } else if (!(await this.waitForNews())) {
        yield heartbeat;
      }
    }
  }

  private goesOn(): boolean {
    const { signal, mayGoOn } = this.options;
    return !signal.aborted && !this.isDeleted && mayGoOn();
  }

  /** True as soon as something happened, false after a while without. */
  private waitForNews(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.options.heartbeatMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
      if (this.hasNews || this.isDeleted || this.options.signal.aborted) {
        this.wake();
      }
    });
  }

  private subscribe(): void {
    const { environmentId, signal } = this.options;
    const hear = () => {
      this.hasNews = true;
      this.wake();
    };
    this.owned.add(this.logs.onDidWrite((ids) => ids.includes(environmentId) && hear()));
    this.owned.add(
      this.logs.onDidDelete((id) => {
        this.isDeleted ||= id === environmentId;
        hear();
      }),
    );
    signal.addEventListener('abort', hear);
    this.owned.add({ dispose: () => signal.removeEventListener('abort', hear) });
  }
}
