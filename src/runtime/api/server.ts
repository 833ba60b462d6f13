import { isIP } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import type { Log } from '../../core/base/log';
import { answerErrors, ApiError } from './errors';

const bodyLimit = 1_048_576;

export interface ServerOptions {
  /** Where it listens; on loopback only loopback names are answered. */
  readonly host: string;
  readonly log: Log;
}

/** The HTTP server with what holds for every route; routes are added before it listens. */
export function createServer({ host, log }: ServerOptions): FastifyInstance {
  const server = fastify({
    bodyLimit,
    // Ends kept-alive connections on close instead of waiting for them.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
    // What fails before a route is found, such as a URL with a broken escape.
    frameworkErrors: (error, _request, reply) => {
      const body = new ApiError(400, 'BadRequest', error.message).toBody();
      reply.hijack();
      reply.raw.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
  });
  answerErrors(server, log);
  acceptEmptyJson(server);
  if (isLoopback(host)) {
    refuseForeignHosts(server);
  }
  server.get('/healthcheck', () => ({ healthy: true, pid: process.pid }));
  return server;
}

/** A DELETE may say application/json and send nothing. */
function acceptEmptyJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') {
        done(null, undefined);
        return;
      }
      void parse(request, body, done);
    },
  );
}

/** A web page may resolve its own name to 127.0.0.1 (DNS rebinding): it is told apart by its name. */
function refuseForeignHosts(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const name = hostName(request.headers.host ?? '');
    const problem = new ApiError(403, 'HostNotAllowed', 'Only loopback names are answered here.');
    done(isLoopback(name) ? undefined : problem);
  });
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
