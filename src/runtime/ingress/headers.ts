import type { IncomingMessage } from 'node:http';

/** They belong to one connection and not to the message (RFC 9110, 7.6.1). */
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What a service is sent. The runtime's own token is for the runtime: where it was accepted, it is
 * taken out and the shared secret put in, unless the caller brought a key of its own.
 */
export function requestHeaders(
  request: IncomingMessage,
  port: number,
  secret: string | undefined,
): string[] {
  const own = new Set(['host', 'expect', ...(secret === undefined ? [] : ['authorization'])]);
  const headers = pairs(request).filter(([name]) => !own.has(name.toLowerCase()));
  headers.push(['Host', `127.0.0.1:${port}`]);
  if (secret !== undefined && request.headers['x-auth-key'] === undefined) {
    headers.push(['X-Auth-Key', secret]);
  }
  if (request.headers['transfer-encoding'] !== undefined) {
    headers.push(['Transfer-Encoding', 'chunked']);
  }
  return headers.flat();
}

export function responseHeaders(response: IncomingMessage): string[] {
  return pairs(response).flat();
}

function pairs(message: IncomingMessage): [string, string][] {
  const named = (message.headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (!ofConnection.has(lower) && !named.includes(lower)) {
      result.push([name, message.rawHeaders[index + 1] ?? '']);
    }
  }
  return result;
}
