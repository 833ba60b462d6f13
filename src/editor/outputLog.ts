import type * as vscode from 'vscode';
import type { Log } from '../core/base/log';

/** Our log in the output channel "FlexService". Details are facts, never a secret: see AppError. */
export class OutputLog implements Log {
  constructor(private readonly channel: vscode.LogOutputChannel) {}

  debug(message: string, details?: unknown): void {
    this.channel.debug(withDetails(message, details));
  }

  info(message: string, details?: unknown): void {
    this.channel.info(withDetails(message, details));
  }

  warn(message: string, details?: unknown): void {
    this.channel.warn(withDetails(message, details));
  }

  error(message: string, details?: unknown): void {
    this.channel.error(withDetails(message, details));
  }

  show(): void {
    this.channel.show(true);
  }
}

function withDetails(message: string, details: unknown): string {
  return details === undefined ? message : `${message} ${JSON.stringify(details)}`;
}
