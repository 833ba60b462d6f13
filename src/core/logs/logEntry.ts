import { stripVTControlCharacters } from 'node:util';
import type { LogEntry } from '../kinvey/apiTypes';

/** The longest level, `[warning]`. */
const levelWidth = 9;
const containerWidth = 12;

/**
 * One line for each line of the message, in local time, the messages below one another:
 * `2026-01-02 10:11:12.123 [error]   0123456789ab message`.
 */
export function formatEntry(entry: LogEntry): string[] {
  const level = entry.threshold === null ? '' : `[${entry.threshold}]`;
  const prefix = [
    localTime(entry.timestamp),
    level.padEnd(levelWidth),
    entry.containerId.slice(0, containerWidth).padEnd(containerWidth),
    '',
  ].join(' ');
  const [first = '', ...rest] = messageText(entry)
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd());
  const indent = ' '.repeat(prefix.length);
  return [prefix + first, ...rest.map((line) => indent + line)].map((line) => line.trimEnd());
}

/** The message as text without colours: objects as compact JSON, nothing where there is none. */
export function messageText({ message }: LogEntry): string {
  if (message === undefined || message === null) {
    return '';
  }
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return stripVTControlCharacters(text).trimEnd();
}

function localTime(timestamp: string): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) {
    return timestamp.padEnd('2026-01-02 10:11:12.123'.length);
  }
  const [month, day, hours, minutes, seconds] = [
    time.getMonth() + 1,
    time.getDate(),
    time.getHours(),
    time.getMinutes(),
    time.getSeconds(),
  ].map((part) => String(part).padStart(2, '0'));
  const milliseconds = String(time.getMilliseconds()).padStart(3, '0');
  return `${time.getFullYear()}-${month}-${day} ${hours}:${minutes}:${seconds}.${milliseconds}`;
}
