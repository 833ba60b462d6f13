import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';
import type { Authentication } from '../api/authentication';
import { ApiError, notFound } from '../api/errors';
import type { Limits } from '../limits';
import type { ReplicaTraffic } from '../replicas/replicaTraffic';
import type { ServiceRunners } from '../replicas/serviceRunners';
import { Exchange } from './exchange';
import { requestHeaders } from './headers';
import { bodyTooLarge, RequestBody } from './requestBody';
import { isSmall, readSmallBody } from './smallBody';

interface ToService {
  Params: { environmentId: string; '*': string };
}

/**
 * The front door of the running services: /flex/<service environment>/<what the service hears>.
 * Bodies stream both ways. Whoever is signed in here needs no shared secret: it is added.
 */
export class Ingress {
  constructor(
    private readonly runners: ServiceRunners,
    private readonly authentication: Authentication,
    private readonly limits: Pick<Limits, 'requestBytes'>,
  ) {}

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

  /**
   * A replica that cannot be reached at all was sent nothing: the next one gets the request. Once
   * something was sent, the service may have acted on it, and nobody else gets it.
   */
  private async pass(request: FastifyRequest<ToService>, reply: FastifyReply): Promise<void> {
    const { raw } = request;
    const { runner, secret } = this.find(request);
    const tried = new Set<ReplicaTraffic>();
    const bodyFor = await this.bodiesOf(raw);
    for (;;) {
      const traffic = choose(() => runner.choose(tried));
      tried.add(traffic);
      const outcome = await Exchange.run(traffic, {
        request: {
          method: raw.method as Dispatcher.HttpMethod,
          path: pathBelow(raw),
          headers: requestHeaders(raw, traffic.port, secret),
          body: bodyFor(),
        },
        reply: reply.raw,
        onAnswer: () => void reply.hijack(),
      });
      if (outcome === 'answered') {
        return;
      }
    }
  }

  private find({ params, headers, raw }: FastifyRequest<ToService>) {
    const runner = this.runners.find(params.environmentId);
    if (!runner) {
      throw notFound('service environment');
    }
    if (Number(raw.headers['content-length'] ?? 0) > this.limits.requestBytes) {
      throw bodyTooLarge();
    }
    const isSignedIn = this.authentication.find(headers.authorization) !== undefined;
    return { runner, secret: isSignedIn ? runner.secret : undefined };
  }

  /** The body for each replica that is tried. */
  private async bodiesOf(raw: IncomingMessage): Promise<() => Dispatcher.DispatchOptions['body']> {
    if (isSmall(raw)) {
      const small = await readSmallBody(raw);
      return () => small;
    }
    return () => (hasBody(raw) ? new RequestBody(raw, this.limits.requestBytes) : null);
  }
}

function choose(next: () => ReplicaTraffic | undefined): ReplicaTraffic {
  const traffic = next();
  if (!traffic) {
    throw new ApiError(503, 'ServiceUnavailable', 'The service is not running at the moment.');
  }
  if (traffic.isFull) {
    throw new ApiError(503, 'ServiceOverloaded', 'The service has more requests than it can take.');
  }
  return traffic;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** As it was sent, byte for byte: encoding it anew would change what the service hears. */
function pathBelow({ url = '' }: IncomingMessage): string {
  const rest = url.replace(/^\/flex\/[^/?]*/, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}
