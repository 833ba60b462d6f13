import type { LogEntry } from '../kinvey/apiTypes';
import type { Failure, LogLine } from './failure';
import { messageText } from './logEntry';
import { findNpmFailures } from './npmFailure';
import { findThrownErrors } from './thrownError';

/** Why a service did not start. */
export interface StartupError {
  /** Such as `ReferenceError: foo is not defined`. */
  message: string;
  /**
   * `at …` of the service's own files and its packages, innermost first; for npm the rest of what
   * it said.
   */
  stack: readonly string[];
  /** How often it came: each replica tries again and again. */
  count: number;
  /** The ISO time of the first one. */
  at: string;
}

/**
 * The first error that ended the process, else a failed `npm install`, else an error that was
 * written down with its stack, else a message that the service logged as fatal. Lines of one stack
 * may come as entries of their own, and those of several containers mixed.
 */
export function findStartupError(entries: readonly LogEntry[]): StartupError | undefined {
  const ordered = entries.toSorted((one, other) => timeOf(one.timestamp) - timeOf(other.timestamp));
  const containers = linesByContainer(ordered);
  const thrown = containers.flatMap((lines) => findThrownErrors(lines));
  return (
    firstOf(thrown.filter(({ uncaught }) => uncaught)) ??
    firstOf(containers.flatMap((lines) => findNpmFailures(lines))) ??
    firstOf(thrown) ??
    firstOf(fatalMessages(ordered))
  );
}

function firstOf(failures: readonly Failure[]): StartupError | undefined {
  const [first] = failures.toSorted((one, other) => timeOf(one.at) - timeOf(other.at));
  if (first === undefined) {
    return undefined;
  }
  const same = failures.filter(({ message }) => message === first.message);
  return { message: first.message, stack: first.stack, count: same.length, at: first.at };
}

function linesByContainer(entries: readonly LogEntry[]): readonly (readonly LogLine[])[] {
  const containers = new Map<string, LogLine[]>();
  for (const entry of entries.filter(({ threshold }) => threshold === null)) {
    const lines = containers.get(entry.containerId) ?? [];
    containers.set(entry.containerId, lines);
    lines.push(...linesOf(entry));
  }
  return [...containers.values()];
}

function linesOf(entry: LogEntry): LogLine[] {
  return messageText(entry)
    .split(/\r\n|\r|\n/)
    .map((text) => ({ text, at: entry.timestamp }));
}

function fatalMessages(entries: readonly LogEntry[]): Failure[] {
  return entries
    .filter(({ threshold }) => threshold === 'fatal')
    .map((entry) => {
      const [message = ''] = messageText(entry).split('\n');
      return { message, stack: [], at: entry.timestamp, uncaught: false };
    });
}

function timeOf(timestamp: string): number {
  return Date.parse(timestamp) || 0;
}
