import type { FastifyInstance } from 'fastify';
import type { LogRange } from '../logs/environmentLog';
import type { LogStore } from '../logs/logStore';
import { validationFailed } from './errors';
import type { EnvironmentFinder } from './environmentFinder';
import { single } from './routes';

interface FetchLogs {
  Params: { id: string; environmentId: string };
  Querystring: Readonly<Record<string, unknown>>;
}

export const logsRoute = '/v4/services/:id/environments/:environmentId/logs';

const defaultLimit = 100;
const largestLimit = 2_000;

/**
 * GET …/logs (contract 5). Entries ascend by time inside a page, and page 1 holds the oldest of the
 * range, so that pages stay what they are while lines are added. A larger limit means 2000.
 */
export function registerLogs(
  server: FastifyInstance,
  finder: EnvironmentFinder,
  logs: LogStore,
): void {
  server.get<FetchLogs>(logsRoute, async (request, reply) => {
    const { id, environmentId } = request.params;
    const json = await logs.page(finder.find(id, environmentId).id, readRange(request.query));
    return reply.type('application/json; charset=utf-8').send(json);
  });
}

/** The range that a query string asks for; throws ValidationError. */
export function readRange(query: FetchLogs['Querystring']): LogRange {
  return {
    from: readTime('from', single(query.from)),
    to: readTime('to', single(query.to)),
    limit: Math.min(readCount('limit', single(query.limit)) ?? defaultLimit, largestLimit),
    page: readCount('page', single(query.page)) ?? 1,
  };
}

/** Throws ValidationError. kinvey-cli does not encode the "+" of an offset, which arrives as a blank (contract T12). */
export function readTime(field: string, value?: string): number | undefined {
  if (value === undefined || value === '') {
    return undefined;
  }
  const time = value.replace(' ', '+');
  const at = /^\d{4}-\d{2}-\d{2}([T+]|$)/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(at)) {
    throw validationFailed([{ field, message: `${field} must be an ISO 8601 time.` }]);
  }
  return at;
}

function readCount(field: string, value?: string): number | undefined {
  if (value === undefined || value === '') {
    return undefined;
  }
  const count = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (count < 1) {
    throw validationFailed([{ field, message: `${field} must be a number from 1.` }]);
  }
  return count;
}
