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
 * What a service is sent, as names and values in turn. The runtime's own token is for the runtime:
 * where it was accepted, it is taken out and the shared secret put in, unless the caller brought a
 * key of its own.
 */
export function requestHeaders(
  { headers, rawHeaders }: IncomingMessage,
  port: number,
  secret: string | undefined,
): string[] {
  const named = namedIn(headers.connection);
  const result = ['Host', `127.0.0.1:${port}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    const isReplaced =
      lower === 'host' || lower === 'expect' || (lower === 'authorization' && secret !== undefined);
    if (!isReplaced && !ofConnection.has(lower) && !named.includes(lower)) {
      result.push(name, rawHeaders[index + 1] ?? '');
    }
  }
  if (secret !== undefined && headers['x-auth-key'] === undefined) {
    result.push('X-Auth-Key', secret);
  }
  return result;
}

/** What the caller is answered, as names and values in turn. */
export function responseHeaders(
  raw: readonly Buffer[],
  connection: string | string[] | undefined,
): string[] {
  const named = namedIn(String(connection ?? ''));
  const result: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toString('latin1') ?? '';
    const lower = name.toLowerCase();
    if (!ofConnection.has(lower) && !named.includes(lower)) {
      result.push(name, raw[index + 1]?.toString('latin1') ?? '');
    }
  }
  return result;
}

/** Headers that a Connection header declares to be of this connection too. */
function namedIn(connection: string | undefined): readonly string[] {
  return connection === undefined || connection === '' || connection === 'keep-alive'
    ? []
    : connection.toLowerCase().split(/\s*,\s*/);
}
