import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './errors';

/** A web page may resolve its own name to 127.0.0.1 (DNS rebinding): it is told apart by its name. */
export function refuseForeignHosts(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    // An error is made only where there is one: its stack would be the dearest part of a request.
    done(isLoopback(hostName(request.headers.host ?? '')) ? undefined : hostNotAllowed());
  });
}

function hostNotAllowed(): ApiError {
  return new ApiError(403, 'HostNotAllowed', 'Only loopback names are answered here.');
}

/**
 * The path of a request. A whole URL as its target (RFC 9112, 3.2.2) is a path too, and its host
 * counts instead of the header's.
 */
export function targetPath(request: IncomingMessage): string {
  const target = request.url ?? '/';
  const [, host, path] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  if (host === undefined || path === undefined) {
    return target;
  }
  request.headers.host = host;
  return path.startsWith('/') ? path : `/${path}`;
}

/** Whether a host name or address means this very machine. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return (
    address === 'localhost' ||
    address.endsWith('.localhost') ||
    address === '::1' ||
    (isIP(address) === 4 && address.startsWith('127.'))
  );
}

function hostName(header: string): string {
  return header.replace(/:\d*$/, '');
}
