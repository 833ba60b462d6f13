import type { Log } from '../core/base/log';

/** The runtime's own log, on stderr: stdout carries events only. */
export const runtimeLog: Log = {
  debug: () => undefined,
  info: (message) => write('info', message),
  warn: (message, details) => write('warn', message, details),
  error: (message, details) => write('error', message, details),
};

function write(level: string, message: string, details?: unknown): void {
  const tail = typeof details === 'string' ? `\n${details}` : '';
  process.stderr.write(`${new Date().toISOString()} [${level}] ${message}${tail}\n`);
}
