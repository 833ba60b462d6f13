import fastify, { type FastifyInstance } from 'fastify';
import type { Log } from '../../core/base/log';
import type { TlsFiles } from '../tlsFiles';
import { answerBrokenRequest } from './brokenRequests';
import { answerErrors, ApiError } from './errors';
import { isLoopback, refuseForeignHosts, targetPath } from './hosts';

/** Of JSON; what streams has limits of its own. Node.js takes up to 16 KiB of URL and headers. */
const bodyLimit = 1_048_576;
/** For the whole of a request to arrive. Node.js' own default, which fastify switches off. */
const requestTimeout = 300_000;

export interface ServerOptions {
  /** Where it listens; on loopback only loopback names are answered. */
  readonly host: string;
  /** Absent: plain HTTP. */
  readonly tls?: TlsFiles;
  readonly log: Log;
}

/** The HTTP server with what holds for every route; routes are added before it listens. */
export function createServer({ host, tls, log }: ServerOptions): FastifyInstance {
  const server = fastify({
    ...(tls && { https: tls }),
    bodyLimit,
    requestTimeout,
    rewriteUrl: targetPath,
    clientErrorHandler: answerBrokenRequest,
    // Ends kept-alive connections on close instead of waiting for them.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
    // What fails before a route is found, such as a URL with a broken escape.
    frameworkErrors: (error, _request, reply) => {
      const body = JSON.stringify(new ApiError(400, 'BadRequest', error.message).toBody());
      const length = Buffer.byteLength(body);
      reply.hijack();
      reply.raw
        .writeHead(400, { 'content-type': 'application/json', 'content-length': length })
        .end(body);
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
