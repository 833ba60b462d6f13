import type { Readable } from 'node:stream';
import { isAppError } from '../base/errors';
import type { Log } from '../base/log';
import { delay } from '../base/retry';
import { readPieces, readText } from './answerStream';
import { Deadline } from './deadline';
import { readAnswer } from './httpAnswer';
import { HttpExchange, type HttpRequest, type Instance, type OpenAnswer } from './httpExchange';
import { retryDelay } from './retryDelay';
import { uploadTransport } from './uploadTransport';
import { watchBody } from './watchedBody';

export interface HttpClientOptions extends Instance {
  log: Log;
  /** For one try of one request; 10 seconds unless told. */
  timeoutMs?: number;
  /** The first pause before a repeated try, doubled for the next; 300 ms unless told. */
  backoffMs?: number;
}

export interface RequestOptions extends Pick<HttpRequest, 'query' | 'signal'> {
  /** Sent as JSON. */
  body?: unknown;
  timeoutMs?: number;
}

export interface UploadOptions extends Pick<HttpRequest, 'secrets' | 'signal'> {
  timeoutMs?: number;
}

/**
 * The way to one instance's management API (contract 2.1). Answers the parsed JSON body (a body
 * that is not JSON as text, an empty one as undefined) of any 2xx, and throws AppErrors only.
 */
export class HttpClient {
  private readonly exchange: HttpExchange;
  private readonly timeoutMs: number;

  constructor(private readonly options: HttpClientOptions) {
    this.exchange = new HttpExchange(options);
    this.timeoutMs = options.timeoutMs ?? 10_000;
  }

  /** With its trailing slash. */
  get baseUrl(): string {
    return this.exchange.baseUrl;
  }

  /** Asks, twice again where the trouble may pass: 429, 502, 503, 504 and cut connections. */
  async get(path: string, options: RequestOptions = {}): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.ask('GET', path, options);
      } catch (error) {
        const wait = retryDelay(error, attempt, this.options.backoffMs ?? 300);
        if (wait === undefined) {
          throw error;
        }
        this.options.log.debug(`http: GET ${path} again in ${wait} ms`);
        await delay(wait, options.signal);
      }
    }
  }

  /** Sends once: what may have been done is not repeated. */
  send(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    options: RequestOptions = {},
  ): Promise<unknown> {
    return this.ask(method, path, options);
  }

  /**
   * POSTs a stream in chunks. An answer that comes before its end is taken, and the rest not sent.
   * The body is destroyed in any case; what it fails with is thrown as it is. `timeoutMs` counts
   * from the last chunk that was taken.
   */
  async upload(
    path: string,
    body: Readable,
    headers: Record<string, string>,
    { signal, secrets, timeoutMs = 30_000 }: UploadOptions = {},
  ): Promise<unknown> {
    const deadline = new Deadline(timeoutMs);
    const upload = watchBody(body, () => deadline.touch());
    const wire = { data: upload.stream, transport: uploadTransport, secrets, signal, deadline };
    try {
      return await this.perform({ method: 'POST', path, headers, ...wire });
    } catch (error) {
      throw isAppError(error, 'cancelled', 'timedOut') ? error : (upload.failure() ?? error);
    } finally {
      upload.stream.destroy();
      body.destroy();
    }
  }

  /**
   * GETs an answer that goes on for as long as both sides like, in the pieces that it comes in, for
   * one reader. Undefined where the answer is of another type. After `silenceMs` without a piece it
   * has timed out.
   */
  async stream(
    path: string,
    contentType: string,
    { query, signal, silenceMs }: Pick<RequestOptions, 'query' | 'signal'> & { silenceMs: number },
  ): Promise<AsyncGenerator<string> | undefined> {
    const deadline = new Deadline(silenceMs);
    const headers = { Accept: contentType };
    const request: HttpRequest = { method: 'GET', path, query, headers, signal, deadline };
    const explain = (error: unknown) => this.exchange.explain(error, request);
    try {
      const answer = await this.exchange.open(request);
      if (isOfType(answer, contentType)) {
        return readPieces(answer.body, deadline, explain);
      }
      const text = await readText(answer.body);
      readAnswer({ ...answer, text }, this.exchange.asked(request));
      deadline.dispose();
      return undefined;
    } catch (error) {
      deadline.dispose();
      throw explain(error);
    }
  }

  private ask(
    method: HttpRequest['method'],
    path: string,
    { body, query, signal, timeoutMs }: RequestOptions,
  ): Promise<unknown> {
    const json =
      body === undefined
        ? {}
        : { data: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    const deadline = new Deadline(timeoutMs ?? this.timeoutMs);
    return this.perform({
      method,
      path,
      query,
      signal,
      deadline,
      secrets: secretsOf(body),
      ...json,
    });
  }

  private async perform(request: HttpRequest): Promise<unknown> {
    const { method, path, deadline } = request;
    const began = Date.now();
    try {
      const answer = await this.exchange.ask(request);
      const ms = Date.now() - began;
      this.options.log.debug(`http: ${method} ${path} ${answer.status} (${ms} ms)`);
      return readAnswer(answer, this.exchange.asked(request));
    } finally {
      deadline.dispose();
    }
  }
}

function isOfType({ status, contentType }: OpenAnswer, wanted: string): boolean {
  return status === 200 && typeof contentType === 'string' && contentType.startsWith(wanted);
}

function secretsOf(body: unknown): string[] {
  const fields = { ...(body as Record<string, unknown> | undefined) };
  const { password, twoFactorToken, secret, environmentVariables } = fields;
  const values = Object.values({ ...(environmentVariables as object | undefined) });
  return [password, twoFactorToken, secret, ...values].filter((text) => typeof text === 'string');
}
