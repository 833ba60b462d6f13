import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { systemCode } from '../../core/base/errors';
import { ApiError } from '../api/errors';
import type { ReplicaTraffic } from '../replicas/replicaTraffic';
import { responseHeaders } from './headers';

export interface ExchangeOptions {
  readonly request: Dispatcher.DispatchOptions;
  /** The caller's, written to as soon as the service answers. */
  readonly reply: ServerResponse;
  /** Called before anything is written to the reply. */
  readonly onAnswer: () => void;
}

/** `refused`: nothing of the request has reached the replica, so that another one may have it. */
export type Outcome = 'answered' | 'refused';

/**
 * One request to one replica, and its answer streamed to the caller. A caller that leaves ends it,
 * and a service that dies in the middle of an answer ends the caller's connection.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private hasAnswer = false;
  private announcedBytes = NaN;
  private hasEnded = false;
  private settle!: (outcome: Outcome) => void;
  private fail!: (error: ApiError) => void;

  private constructor(
    private readonly traffic: ReplicaTraffic,
    private readonly options: ExchangeOptions,
  ) {}

  /**
   * Resolves as soon as the service answers. Throws ApiError where it does not; the caller has heard
   * nothing then.
   */
  static run(traffic: ReplicaTraffic, options: ExchangeOptions): Promise<Outcome> {
    const exchange = new Exchange(traffic, options);
    return new Promise((resolve, reject) => {
      exchange.settle = resolve;
      exchange.fail = reject;
      traffic.begin();
      options.reply.once('close', exchange.leave);
      traffic.send(options.request, exchange);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.options.reply.destroyed) {
      controller.abort(callerLeft());
    }
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusText?: string,
  ): void {
    if (status < 200) {
      return;
    }
    const { onAnswer, reply } = this.options;
    const raw = controller.rawHeaders as Buffer[];
    this.hasAnswer = true;
    this.announcedBytes = Number(headers['content-length'] ?? NaN);
    onAnswer();
    reply.writeHead(status, statusText, responseHeaders(raw, headers.connection));
    this.settle('answered');
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { reply } = this.options;
    if (chunk.length === this.announcedBytes) {
      // The whole of it: one write instead of three.
      reply.end(chunk);
    } else if (!reply.write(chunk)) {
      controller.pause();
      reply.once('drain', () => controller.resume());
    }
  }

  onResponseEnd(): void {
    this.end();
    this.options.reply.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.end();
    if (this.hasAnswer) {
      this.options.reply.destroy();
    } else if (this.controller === undefined && !(error instanceof ApiError)) {
      this.settle('refused');
    } else {
      this.fail(toApiError(error));
    }
  }

  private readonly leave = (): void => {
    this.controller?.abort(callerLeft());
  };

  private end(): void {
    if (!this.hasEnded) {
      this.hasEnded = true;
      this.options.reply.off('close', this.leave);
      this.traffic.end();
    }
  }
}

function callerLeft(): Error {
  return new Error('The caller has left.');
}

function toApiError(error: Error): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  return systemCode(error) === 'UND_ERR_HEADERS_TIMEOUT'
    ? new ApiError(504, 'ServiceTimedOut', 'The service did not answer in time.')
    : new ApiError(502, 'BadGateway', 'The service ended the connection without an answer.');
}
