import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { LineSplitter } from './lineSplitter';
import type { LogStore } from './logStore';

/** Puts what one process prints into the logs of its service environment. */
export class LogCapture {
  /** 64 hex digits, one per process; the CLI shows the first 12. */
  readonly containerId = randomBytes(32).toString('hex');

  constructor(
    private readonly logs: LogStore,
    private readonly environmentId: string,
  ) {}

  attach(stream: Readable, onLine?: (line: string) => void): void {
    const splitter = new LineSplitter((line) => {
      this.append(parseLine(line));
      onLine?.(line);
    });
    stream.on('data', (chunk: Buffer) => splitter.write(chunk));
    stream.on('end', () => splitter.end());
  }

  /** A line of the runtime's own among those of the service. */
  note(message: string, threshold: 'info' | 'warning' | 'error' = 'info'): void {
    this.append({ message: `[runtime] ${message}`, threshold });
  }

  private append(line: ParsedLine): void {
    this.logs.append({
      environmentId: this.environmentId,
      containerId: this.containerId,
      ...line,
    });
  }
}

interface ParsedLine {
  readonly message: unknown;
  readonly threshold: string | null;
}

/** flex.logger writes {"message":…,"level":…} (contract 7.3); everything else is a raw line. */
export function parseLine(line: string): ParsedLine {
  const raw = { message: line, threshold: null };
  if (!line.startsWith('{')) {
    return raw;
  }
  try {
    return fromLogger(JSON.parse(line) as Record<string, unknown>) ?? raw;
  } catch {
    return raw;
  }
}

function fromLogger(parsed: Record<string, unknown>): ParsedLine | undefined {
  const { message, level, ...others } = parsed;
  if (typeof level !== 'string' || !('message' in parsed) || Object.keys(others).length > 0) {
    return undefined;
  }
  return { message, threshold: level };
}
