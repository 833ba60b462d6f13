import { AppError } from '../base/errors';
import type { HandlerRequest } from './handlerRequest';

interface DataEvent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** What follows the object in the path. */
  readonly tail?: 'id' | 'count';
  /** An event of this kind exists with and without a query, so the query decides. */
  readonly query?: 'needed' | 'refused';
  readonly body?: 'object' | 'array' | 'any';
}

/** Contract 7.2: how a request chooses the event. */
const events = new Map<string, DataEvent>(
  Object.entries({
    onGetAll: { method: 'GET', query: 'refused' },
    onGetById: { method: 'GET', tail: 'id' },
    onGetByQuery: { method: 'GET', query: 'needed' },
    onGetCount: { method: 'GET', tail: 'count', query: 'refused' },
    onGetCountByQuery: { method: 'GET', tail: 'count', query: 'needed' },
    onInsert: { method: 'POST', body: 'object' },
    onInsertMany: { method: 'POST', body: 'array' },
    onUpdate: { method: 'PUT', tail: 'id', body: 'any' },
    onDeleteAll: { method: 'DELETE', query: 'refused' },
    onDeleteById: { method: 'DELETE', tail: 'id' },
    onDeleteByQuery: { method: 'DELETE', query: 'needed' },
  }),
);

/** The names under which a service object registers FlexData handlers. */
export const dataEvents: readonly string[] = [...events.keys()];

/** The route of a FlexData request. Throws `invalidInput` where it would reach another event. */
export function dataRoute(request: HandlerRequest): {
  method: string;
  path: string;
  body?: unknown;
} {
  const name = request.event ?? impliedEvent(request);
  const event = events.get(name);
  if (!event) {
    throw invalid(`${name} is no FlexData event: use one of ${dataEvents.join(', ')}.`);
  }
  const path = `/${encodeURIComponent(request.name)}${tailOf(name, event, request.id)}`;
  const search = searchOf(name, event, request.query);
  return { method: event.method, path: path + search, body: bodyOf(name, event, request.body) };
}

function impliedEvent({ id, query, body }: HandlerRequest): string {
  if (body !== undefined) {
    return id ? 'onUpdate' : Array.isArray(body) ? 'onInsertMany' : 'onInsert';
  }
  if (id) {
    return 'onGetById';
  }
  return isEmpty(query) ? 'onGetAll' : 'onGetByQuery';
}

function tailOf(name: string, { tail }: DataEvent, id: string | undefined): string {
  if (tail === 'count') {
    return '/_count';
  }
  if (tail === undefined) {
    return '';
  }
  if (!id || id === '_count') {
    throw invalid(`${name} needs the id of an entity.`);
  }
  return `/${encodeURIComponent(id)}`;
}

function searchOf(
  name: string,
  { query: rule }: DataEvent,
  query: Record<string, string> = {},
): string {
  if (rule === 'refused' && !isEmpty(query)) {
    throw invalid(`${name} takes no query: use ${name.replace('All', '')}ByQuery.`);
  }
  // An empty query would be onGetAll; this one is a query that everything matches.
  const sent = rule === 'needed' && isEmpty(query) ? { query: '{}' } : query;
  return isEmpty(sent) ? '' : `?${new URLSearchParams(sent).toString()}`;
}

function bodyOf(name: string, { body: rule }: DataEvent, body: unknown): unknown {
  if (rule === undefined) {
    return undefined;
  }
  if (rule === 'array' && !Array.isArray(body)) {
    throw invalid(`${name} needs an array as its body.`);
  }
  if (rule === 'object' && Array.isArray(body)) {
    throw invalid(`${name} takes one entity: use onInsertMany for an array.`);
  }
  return body ?? {};
}

function isEmpty(query: Record<string, string> | undefined): boolean {
  return Object.keys(query ?? {}).length === 0;
}

function invalid(sentence: string): AppError {
  return new AppError('invalidInput', sentence);
}
