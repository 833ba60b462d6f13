import { Agent, request as open, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { systemCode } from '../../core/base/errors';
import type { Authentication } from '../api/authentication';
import { ApiError, notFound } from '../api/errors';
import type { ServiceRunners } from '../replicas/serviceRunners';
import type { EnvironmentStore } from '../store/environmentStore';
import { requestHeaders, responseHeaders } from './headers';

interface ToService {
  Params: { environmentId: string; '*': string };
}

export interface IngressOptions {
  readonly environments: EnvironmentStore;
  readonly runners: ServiceRunners;
  readonly authentication: Authentication;
  /** How long a service may be silent before the caller is told. */
  readonly timeoutMs: number;
}

/**
 * The front door of the running services: /flex/<service environment>/<what the service hears>.
 * Bodies stream both ways. Whoever is signed in here needs no shared secret: it is added.
 */
export class Ingress {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: 0 });

  constructor(private readonly options: IngressOptions) {}

  register(server: FastifyInstance): void {
    void server.register((own, _options, done) => {
      // Nothing is parsed here: the raw request is passed on.
      own.removeAllContentTypeParsers();
      own.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      own.all<ToService>('/flex/:environmentId/*', (request, reply) => this.pass(request, reply));
      own.all<ToService>('/flex/:environmentId', (request, reply) => this.pass(request, reply));
      done();
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private async pass(request: FastifyRequest<ToService>, reply: FastifyReply): Promise<void> {
    const { environmentId } = request.params;
    const environment = this.options.environments.find(environmentId);
    if (!environment) {
      throw notFound('service environment');
    }
    const port = this.options.runners.get(environmentId).port;
    if (port === undefined) {
      throw new ApiError(503, 'ServiceUnavailable', 'The service is not running at the moment.');
    }
    const isSignedIn = this.options.authentication.find(request.headers.authorization);
    const headers = requestHeaders(request.raw, port, isSignedIn && environment.secret);
    await this.send(request, reply, { port, headers, path: pathBelow(request) });
  }

  private async send(
    request: FastifyRequest<ToService>,
    reply: FastifyReply,
    target: { port: number; path: string; headers: string[] },
  ): Promise<void> {
    const response = await this.exchange(request, reply, target);
    reply.hijack();
    reply.raw.writeHead(response.statusCode ?? 502, responseHeaders(response));
    // A caller that leaves, or a service that dies, ends the other side too.
    pipeline(response, reply.raw, () => undefined);
  }

  private exchange(
    { raw }: FastifyRequest<ToService>,
    reply: FastifyReply,
    target: { port: number; path: string; headers: string[] },
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = open({
        ...target,
        host: '127.0.0.1',
        method: raw.method,
        agent: this.agent,
        timeout: this.options.timeoutMs,
      });
      outgoing.once('response', resolve);
      outgoing.once('timeout', () => outgoing.destroy(timedOut()));
      outgoing.once('error', (error) => reject(toApiError(error)));
      reply.raw.once('close', () => outgoing.destroy());
      // Not pipeline(): it would close the caller's connection before the error is answered.
      raw.pipe(outgoing);
    });
  }
}

/** As it was sent, byte for byte: encoding it anew would change what the service hears. */
function pathBelow({ raw }: FastifyRequest<ToService>): string {
  const rest = (raw.url ?? '').replace(/^\/flex\/[^/?]*/, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function timedOut(): ApiError {
  return new ApiError(504, 'ServiceTimedOut', 'The service did not answer in time.');
}

function toApiError(error: Error): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  return systemCode(error) === 'ECONNREFUSED'
    ? new ApiError(503, 'ServiceUnavailable', 'The service is not running at the moment.')
    : new ApiError(502, 'BadGateway', 'The service ended the connection without an answer.');
}
