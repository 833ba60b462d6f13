import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { delay } from '../../core/base/retry';
import type { StreamStart } from '../logs/logMessages';
import { LogReader } from '../logs/logReader';
import type { LogStore } from '../logs/logStore';
import type { Authentication } from './authentication';
import type { EnvironmentFinder } from './environmentFinder';
import { validationFailed } from './errors';
import { logsRoute, readTime } from './logs';
import { single } from './routes';

const longestGoodbyeMs = 500;

interface StreamLogs {
  Params: { id: string; environmentId: string };
  Querystring: Readonly<Record<string, unknown>>;
}

export interface LogStreamRoutes {
  readonly finder: EnvironmentFinder;
  readonly logs: LogStore;
  readonly authentication: Authentication;
  /** Between two signs of life of a stream that has nothing to tell. */
  readonly heartbeatMs: number;
}

/**
 * GET …/logs/stream: what the log has and gets, as server-sent events, each with the entry's `_id`
 * as its id and the entry (contract 5) as its data. It begins after the entry that `Last-Event-ID`
 * or `?after=` names, else at `?from=`, else with what comes next. It ends with the session, with
 * the environment and with the runtime.
 */
export function registerLogStream(server: FastifyInstance, routes: LogStreamRoutes): void {
  const closing = new AbortController();
  const open = new Set<AbortSignal>();
  server.addHook('preClose', async () => {
    closing.abort();
    // Connections are cut right after this, whatever is still on its way.
    await waitForAll(open, longestGoodbyeMs);
  });

  server.get<StreamLogs>(`${logsRoute}/stream`, (request, reply) => {
    const { id, environmentId } = request.params;
    const environment = routes.finder.find(id, environmentId);
    const { authorization } = request.headers;
    const closed = untilClosed(reply);
    open.add(closed);
    closed.addEventListener('abort', () => open.delete(closed));
    const reader = new LogReader(routes.logs, {
      environmentId: environment.id,
      start: readStart(request),
      heartbeatMs: routes.heartbeatMs,
      mayGoOn: () => routes.authentication.find(authorization) !== undefined,
      signal: AbortSignal.any([closing.signal, closed]),
    });
    return reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(reader.read(), { objectMode: false }));
  });
}

/** Where a reader wants to begin; throws ValidationError. */
export function readStart({
  headers,
  query,
}: Pick<FastifyRequest<StreamLogs>, 'headers' | 'query'>): StreamStart {
  const after = single(headers['last-event-id']) ?? single(query.after);
  if (after === undefined || after === '') {
    return { from: readTime('from', single(query.from)) };
  }
  if (!/^[0-9a-f]{24}$/.test(after)) {
    throw validationFailed([{ field: 'after', message: 'after must be the _id of an entry.' }]);
  }
  return { after };
}

/** Resolves when all of them have aborted, or the time is over: a slow reader may never come to the end. */
async function waitForAll(signals: ReadonlySet<AbortSignal>, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (signals.size > 0 && Date.now() < end) {
    await delay(5);
  }
}

function untilClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}
