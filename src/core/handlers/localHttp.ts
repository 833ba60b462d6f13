import http from 'node:http';
import { text } from 'node:stream/consumers';
import { AppError, cancelled, messageOf, systemCode } from '../base/errors';
import { throwIfAborted } from '../base/retry';
import type { LocalRequest } from './handlerRequest';

export interface LocalAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** The SDK listens on `localhost`, which is either of both; contract T21. */
const hosts = ['127.0.0.1', '::1'];

/**
 * Sends a request to a service on this machine. Waits for the answer without a limit, since a
 * handler may stand at a breakpoint. Throws `serviceNotReady` where nobody answers, `cancelled`.
 */
export async function askLocally(
  port: number,
  request: LocalRequest,
  signal?: AbortSignal,
): Promise<LocalAnswer> {
  for (const host of hosts) {
    throwIfAborted(signal);
    try {
      return await send(host, port, request, signal);
    } catch (error) {
      if (signal?.aborted) {
        throw cancelled(signal);
      }
      if (!isNobodyThere(error)) {
        throw brokenOff(port, error);
      }
    }
  }
  throw new AppError(
    'serviceNotReady',
    `No service answers on port ${port}: run it first, and look at its output if it has ended.`,
  );
}

async function send(
  host: string,
  port: number,
  { method, path, headers, body }: LocalRequest,
  signal?: AbortSignal,
): Promise<LocalAnswer> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    // One connection a request: a kept one would hold up the service's graceful shutdown.
    const options = { host, port, method, path, headers, signal, agent: false };
    http.request(options, resolve).once('error', reject).end(body);
  });
  const answer = await text(response);
  return { status: response.statusCode ?? 0, headers: joined(response.headers), text: answer };
}

function joined(headers: http.IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function isNobodyThere(error: unknown): boolean {
  const code = systemCode(error);
  return ['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENETUNREACH', 'EAFNOSUPPORT'].includes(code ?? '');
}

function brokenOff(port: number, cause: unknown): AppError {
  return new AppError(
    'serviceNotReady',
    `The service on port ${port} gave no answer (${systemCode(cause) ?? messageOf(cause)}): it may have crashed, look at its output.`,
    { cause },
  );
}
