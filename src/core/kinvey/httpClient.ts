import { release } from 'node:os';
import type { Readable } from 'node:stream';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { cancelled, isAppError } from '../base/errors';
import type { Log } from '../base/log';
import { delay, throwIfAborted } from '../base/retry';
import { readPieces, readText } from './answerStream';
import { Deadline } from './deadline';
import { readAnswer, type HttpAnswer } from './httpAnswer';
import { connectionError, timeoutError, type AskedRequest } from './httpErrors';
import { retryDelay } from './retryDelay';
import { uploadTransport } from './uploadTransport';
import { watchBody } from './watchedBody';

export interface HttpClientOptions {
  /** The instance's URL. */
  baseUrl: string;
  token?: string;
  /** Name and version of the product that asks, such as `FlexService/0.1.0`. */
  product: string;
  log: Log;
  /** For one try of one request; 10 seconds unless told. */
  timeoutMs?: number;
  /** The first pause before a repeated try, doubled for the next; 300 ms unless told. */
  backoffMs?: number;
}

export interface RequestOptions {
  query?: Record<string, string | number | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
  timeoutMs?: number;
}

interface WireRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: RequestOptions['query'];
  data?: string | Readable;
  headers?: Record<string, string>;
  transport?: typeof uploadTransport;
  secrets: readonly string[];
  signal?: AbortSignal;
  deadline: Deadline;
}

const largestAnswer = 64 * 1024 * 1024;

/**
 * The way to one instance's management API (contract 2.1): the only file that knows axios.
 * Answers the parsed JSON body (a body that is not JSON as text, an empty one as undefined) of any
 * 2xx, and throws AppErrors only: an AxiosError would carry the Authorization header wherever it is
 * printed.
 */
export class HttpClient {
  readonly baseUrl: string;
  private readonly timeoutMs: number;

  constructor(private readonly options: HttpClientOptions) {
    this.baseUrl = options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`;
    this.timeoutMs = options.timeoutMs ?? 10_000;
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
    { signal, timeoutMs = 30_000 }: { signal?: AbortSignal; timeoutMs?: number } = {},
  ): Promise<unknown> {
    const deadline = new Deadline(timeoutMs);
    const upload = watchBody(body, () => deadline.touch());
    const wire = { data: upload.stream, transport: uploadTransport, signal, deadline };
    try {
      return await this.exchange({ method: 'POST', path, headers, secrets: [], ...wire });
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
    const request = { method: 'GET' as const, path, query, headers, secrets: [], signal, deadline };
    const asked = this.asked(request);
    try {
      throwIfAborted(signal);
      const response = await this.request<Readable>(request, {
        responseType: 'stream',
        maxContentLength: Infinity,
      });
      if (isOfType(response, contentType)) {
        return readPieces(response.data, deadline, (error) => explain(error, request, asked));
      }
      readAnswer(answerOf({ ...response, data: await readText(response.data) }), asked);
      deadline.dispose();
      return undefined;
    } catch (error) {
      deadline.dispose();
      throw isAppError(error) ? error : explain(error, request, asked);
    }
  }

  private ask(
    method: WireRequest['method'],
    path: string,
    { body, query, signal, timeoutMs }: RequestOptions,
  ): Promise<unknown> {
    const json =
      body === undefined
        ? {}
        : { data: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    const deadline = new Deadline(timeoutMs ?? this.timeoutMs);
    return this.exchange({
      method,
      path,
      query,
      signal,
      deadline,
      secrets: secretsOf(body),
      ...json,
    });
  }

  private async exchange(request: WireRequest): Promise<unknown> {
    const { options } = this;
    const { method, path, deadline } = request;
    const asked = this.asked(request);
    const began = Date.now();
    try {
      throwIfAborted(request.signal);
      const answer = await this.perform(request);
      options.log.debug(`http: ${method} ${path} ${answer.status} (${Date.now() - began} ms)`);
      return readAnswer(answer, asked);
    } catch (error) {
      throw isAppError(error) ? error : explain(error, request, asked);
    } finally {
      deadline.dispose();
    }
  }

  private asked({ method, path, secrets }: WireRequest): AskedRequest {
    const token = this.options.token === undefined ? [] : [this.options.token];
    return { baseUrl: this.baseUrl, method, path, secrets: [...secrets, ...token] };
  }

  private async perform(request: WireRequest): Promise<HttpAnswer> {
    return answerOf(await this.request<string>(request));
  }

  private async request<T>(
    request: WireRequest,
    more: AxiosRequestConfig = {},
  ): Promise<AxiosResponse<T>> {
    // Loaded with the first request, so that starting the extension does not wait for it.
    const { default: axios } = await import('axios');
    const { signal, deadline } = request;
    return axios.request<T>({
      method: request.method,
      url: `${this.baseUrl}${request.path}`,
      params: request.query,
      paramsSerializer: { encode: encodeURIComponent },
      headers: { ...this.headers(), ...request.headers },
      data: request.data,
      transport: request.transport,
      signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
      // VS Code itself patches http and https for proxies and certificates.
      proxy: false,
      // Following would need the whole upload in memory, and could carry the token elsewhere.
      maxRedirects: 0,
      maxBodyLength: Infinity,
      maxContentLength: largestAnswer,
      responseType: 'text',
      transformRequest: (data: unknown) => data,
      transformResponse: (data: unknown) => data,
      validateStatus: () => true,
      ...more,
    });
  }

  private headers(): Record<string, string | false> {
    const { product, token } = this.options;
    return {
      'X-Kinvey-Device-Information': `${product} ${process.platform} ${release()}`,
      ...(token === undefined ? {} : { Authorization: `Kinvey ${token}` }),
      Accept: 'application/json',
      'Content-Type': false,
      'User-Agent': product,
      // The API never compresses (contract 12), so an answer cannot grow behind our limit.
      'Accept-Encoding': false,
    };
  }
}

function answerOf({ status, statusText, headers, data }: AxiosResponse<string>): HttpAnswer {
  const { 'retry-after': retryAfter, location } = headers as Record<string, unknown>;
  return { status, statusText, retryAfter, location, text: data };
}

function isOfType({ status, headers }: AxiosResponse, contentType: string): boolean {
  const { 'content-type': type } = headers as Record<string, unknown>;
  return status === 200 && typeof type === 'string' && type.startsWith(contentType);
}

function explain(error: unknown, { signal, deadline }: WireRequest, asked: AskedRequest): Error {
  if (signal?.aborted === true) {
    return cancelled();
  }
  if (deadline.signal.aborted) {
    return timeoutError(deadline.timeoutMs, asked);
  }
  return connectionError(reasonOf(error), asked);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    return 'the request failed';
  }
  // axios' word for an answer that broke off.
  const brokeOff = error.code === 'ERR_BAD_RESPONSE' && 'response' in error && error.response;
  return brokeOff ? 'ECONNRESET' : error.code;
}

function secretsOf(body: unknown): string[] {
  const { password, twoFactorToken, secret } = { ...(body as Record<string, unknown> | undefined) };
  return [password, twoFactorToken, secret].filter((text) => typeof text === 'string');
}
