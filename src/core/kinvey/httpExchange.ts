import { release } from 'node:os';
import type { Readable } from 'node:stream';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { cancelled, isAppError } from '../base/errors';
import { throwIfAborted } from '../base/retry';
import type { Deadline } from './deadline';
import type { AnswerHead, HttpAnswer } from './httpAnswer';
import { connectionError, timeoutError, type AskedRequest } from './httpErrors';
import { isLocalInstance } from './instances';
import type { uploadTransport } from './uploadTransport';

/** Who is asked, and in whose name. */
export interface Instance {
  /** Its URL. */
  baseUrl: string;
  token?: string;
  /** Name and version of the product that asks, such as `FlexService/0.1.0`. */
  product: string;
  /**
   * Whether HTTPS_PROXY, HTTP_PROXY and NO_PROXY count, for what is not on this machine. Not in
   * VS Code, which itself patches http and https for proxies and certificates.
   */
  proxyVariables?: boolean;
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  data?: string | Readable;
  headers?: Record<string, string>;
  transport?: typeof uploadTransport;
  /** Texts that must not show up in an error even where the server echoes them. */
  secrets?: readonly string[];
  signal?: AbortSignal;
  deadline: Deadline;
}

/** An answer whose body is still to be read, by whoever asked. */
export interface OpenAnswer extends AnswerHead {
  body: Readable;
}

const largestAnswer = 64 * 1024 * 1024;

/**
 * One request and its answer: the only file that knows axios. Throws AppErrors only: an AxiosError
 * would carry the Authorization header wherever it is printed.
 */
export class HttpExchange {
  readonly baseUrl: string;

  constructor(private readonly instance: Instance) {
    const { baseUrl } = instance;
    this.baseUrl = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  }

  /** The whole answer, whatever its status. */
  async ask(request: HttpRequest): Promise<HttpAnswer> {
    const response = await this.send<string>(request, { responseType: 'text' });
    return { ...headOf(response), text: response.data };
  }

  /** An answer of any length, as soon as it begins. */
  async open(request: HttpRequest): Promise<OpenAnswer> {
    const config = { responseType: 'stream', maxContentLength: Infinity } as const;
    const response = await this.send<Readable>(request, config);
    return { ...headOf(response), body: response.data };
  }

  /** What errors may tell of a request. */
  asked({ method, path, secrets = [] }: HttpRequest): AskedRequest {
    const { token } = this.instance;
    const own = token === undefined ? [] : [token];
    return { baseUrl: this.baseUrl, method, path, secrets: [...secrets, ...own] };
  }

  /** The error for what a request, or reading its answer, failed with. */
  explain(error: unknown, request: HttpRequest): Error {
    if (isAppError(error)) {
      return error;
    }
    if (request.signal?.aborted === true) {
      return cancelled(request.signal);
    }
    return request.deadline.signal.aborted
      ? timeoutError(request.deadline.timeoutMs, this.asked(request))
      : connectionError(reasonOf(error), this.asked(request));
  }

  private async send<T>(request: HttpRequest, more: AxiosRequestConfig): Promise<AxiosResponse<T>> {
    const { signal, deadline } = request;
    try {
      throwIfAborted(signal);
      // Loaded with the first request, so that starting the extension does not wait for it.
      const { default: axios } = await import('axios');
      return await axios.request<T>({
        method: request.method,
        url: `${this.baseUrl}${request.path}`,
        params: request.query,
        paramsSerializer: { encode: encodeURIComponent },
        headers: { ...this.headers(), ...request.headers },
        data: request.data,
        transport: request.transport,
        signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
        // Undefined: axios reads the variables.
        proxy: this.instance.proxyVariables && !isLocalInstance(this.baseUrl) ? undefined : false,
        // Following would need the whole upload in memory, and could carry the token elsewhere.
        maxRedirects: 0,
        maxBodyLength: Infinity,
        maxContentLength: largestAnswer,
        transformRequest: (data: unknown) => data,
        transformResponse: (data: unknown) => data,
        validateStatus: () => true,
        ...more,
      });
    } catch (error) {
      throw this.explain(error, request);
    }
  }

  private headers(): Record<string, string | false> {
    const { product, token } = this.instance;
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

function headOf({ status, statusText, headers }: AxiosResponse): AnswerHead {
  const {
    'retry-after': retryAfter,
    'content-type': contentType,
    location,
  } = headers as Record<string, unknown>;
  return { status, statusText, retryAfter, contentType, location };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    return 'the request failed';
  }
  // axios' word for an answer that broke off.
  const brokeOff = error.code === 'ERR_BAD_RESPONSE' && 'response' in error && error.response;
  return brokeOff ? 'ECONNRESET' : error.code;
}
