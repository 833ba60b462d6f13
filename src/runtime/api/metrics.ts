import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/metrics';

/** GET /metrics in Prometheus' text format. Without `require` anybody may read it. */
export function registerMetrics(
  server: FastifyInstance,
  metrics: Metrics,
  require?: (request: FastifyRequest) => Promise<void>,
): void {
  server.get('/metrics', { onRequest: require }, async (_request, reply) => {
    const text = await metrics.read();
    return reply.type(metrics.contentType).send(text);
  });
}

/** Counts every answer, whichever route gives it. To be called before routes are added. */
export function countRequests(server: FastifyInstance, { requests }: Metrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    const door = request.routeOptions.url?.startsWith('/flex/') ? 'service' : 'management';
    if (isLiveStream(reply)) {
      requests.answeredStream(door, reply.statusCode);
    } else {
      requests.answered(door, reply.statusCode, reply.elapsedTime);
    }
    done();
  });
}

/** It lasts as long as its reader likes. */
function isLiveStream(reply: FastifyReply): boolean {
  const type = reply.getHeader('content-type');
  return typeof type === 'string' && type.startsWith('text/event-stream');
}
