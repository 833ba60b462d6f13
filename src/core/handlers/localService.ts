import { AppError } from '../base/errors';
import { throwIfAborted, until } from '../base/retry';
import { readDiscovery, type Discovery } from './discovery';
import { buildRequest, type HandlerRequest } from './handlerRequest';
import { askLocally, type LocalAnswer } from './localHttp';

export { dataEvents } from './dataRoute';
export type { Discovery } from './discovery';
export type { HandlerContext, HandlerRequest } from './handlerRequest';

export interface HandlerAnswer {
  status: number;
  headers: Record<string, string>;
  /** Parsed where it is JSON, else the text: the SDK answers some errors with HTML (contract T24). */
  body: unknown;
  durationMs: number;
}

const pingMs = 2_000;
const pingPauseMs = 150;
const discoverMs = 10_000;

/** A Flex service that runs on this machine and is spoken to as an instance would; contract 7.2. */
export class LocalService {
  constructor(readonly port = 10_001) {}

  /** Whether the service answers its health check in time. Throws only `cancelled`. */
  async isHealthy(signal?: AbortSignal): Promise<boolean> {
    const { status, text = '' } = (await this.ping(signal)) ?? {};
    const answer = parseIfJson(text);
    return status === 200 && isRecord(answer) && answer.healthy === true;
  }

  /** The status of its health check, whatever it says; undefined without one. Throws only `cancelled`. */
  async pingStatus(signal?: AbortSignal): Promise<number | undefined> {
    return (await this.ping(signal))?.status;
  }

  /** Throws `serviceNotReady` when the service does not become healthy in time. */
  async waitUntilHealthy(options: { timeoutMs: number; signal?: AbortSignal }): Promise<void> {
    const { timeoutMs, signal } = options;
    await until(async () => (await this.isHealthy(signal)) || undefined, {
      intervalMs: pingPauseMs,
      timeoutMs,
      signal,
      onTimeout: () => notReady(this.port, timeoutMs),
    });
  }

  /** Throws `serviceNotReady` where no Flex service answers in time, `cancelled`. */
  async discover({
    timeoutMs = discoverMs,
    signal,
  }: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<Discovery> {
    const { status, text } = await this.askDiscovery(timeoutMs, signal);
    const discovery = status === 200 ? readDiscovery(parseIfJson(text)) : undefined;
    if (!discovery) {
      throw new AppError(
        'serviceNotReady',
        `What answers on port ${this.port} is no Flex service: it does not tell its handlers.`,
        { details: { status } },
      );
    }
    return discovery;
  }

  /**
   * Calls a handler. Whatever the service answers is an answer, errors too. Throws `invalidInput`
   * for a call that cannot be made, `serviceNotReady` where no answer comes, `cancelled`.
   */
  async invoke(request: HandlerRequest): Promise<HandlerAnswer> {
    const started = performance.now();
    const answer = await askLocally(this.port, buildRequest(request, this.port), request.signal);
    const durationMs = Math.round(performance.now() - started);
    const { status, headers, text } = answer;
    return { status, headers, body: parseIfJson(text), durationMs };
  }

  private async ping(signal: AbortSignal | undefined): Promise<LocalAnswer | undefined> {
    const request = { method: 'GET', path: '/healthcheck', headers: {} };
    const limit = AbortSignal.timeout(pingMs);
    try {
      return await askLocally(this.port, request, either(limit, signal));
    } catch {
      throwIfAborted(signal);
      return undefined;
    }
  }

  private async askDiscovery(timeoutMs: number, signal?: AbortSignal): Promise<LocalAnswer> {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', path: '/_command/discover', headers, body: '{}' };
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      return await askLocally(this.port, request, either(limit, signal));
    } catch (error) {
      throwIfAborted(signal);
      throw limit.aborted ? keptHandlers(this.port, timeoutMs) : error;
    }
  }
}

function either(limit: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? limit : AbortSignal.any([limit, signal]);
}

function keptHandlers(port: number, timeoutMs: number): AppError {
  const seconds = Math.round(timeoutMs / 1000);
  return new AppError(
    'serviceNotReady',
    `The service on port ${port} did not tell its handlers within ${seconds} seconds. If it is stopped at a breakpoint, go on, then refresh the handlers.`,
  );
}

function notReady(port: number, timeoutMs: number): AppError {
  const seconds = Math.round(timeoutMs / 1000);
  return new AppError(
    'serviceNotReady',
    `The service did not answer on port ${port} within ${seconds} seconds: look at its output.`,
  );
}

function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
