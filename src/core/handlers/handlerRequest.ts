import { AppError } from '../base/errors';
import { dataRoute } from './dataRoute';

/** A call of one handler, in the words of the service and not of HTTP. */
export interface HandlerRequest {
  kind: 'data' | 'function' | 'auth';
  /** The service object, the function or the auth handler. */
  name: string;
  /** One of `dataEvents`; told by id, query and body where it is missing. */
  event?: string;
  id?: string;
  query?: Record<string, string>;
  body?: unknown;
  /** What the handler sees as the client's headers. */
  headers?: Record<string, string>;
  context?: HandlerContext;
  /** The shared secret. Goes into X-Auth-Key and nowhere else. */
  secret?: string;
  signal?: AbortSignal;
}

/** What an instance would tell the handler about the call. */
export interface HandlerContext {
  username?: string;
  userId?: string;
  environmentId?: string;
  requestId?: string;
  hookType?: 'pre' | 'post' | 'customEndpoint';
  objectName?: string;
  entityId?: string;
  appMetadata?: Record<string, unknown>;
}

/** A request as it goes over the wire to a service. */
export interface LocalRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/**
 * Makes the HTTP request that calls a handler; contract 7.2. Throws `invalidInput` for a call that
 * would reach another handler than the one asked for, or none.
 */
export function buildRequest(request: HandlerRequest, port: number): LocalRequest {
  if (request.name === '') {
    throw new AppError('invalidInput', 'The name of the handler is missing.');
  }
  const { method, path, body } = routeOf(request);
  const json = body === undefined ? undefined : JSON.stringify(body);
  const headers = checkHeaders({
    host: `localhost:${port}`,
    accept: 'application/json',
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...kinveyHeaders(request),
  });
  return json === undefined ? { method, path, headers } : { method, path, headers, body: json };
}

function routeOf(request: HandlerRequest): { method: string; path: string; body?: unknown } {
  const name = encodeURIComponent(request.name);
  switch (request.kind) {
    case 'data':
      return dataRoute(request);
    case 'function':
      return { method: 'POST', path: `/_flexFunctions/${name}`, body: functionBody(request) };
    case 'auth':
      return { method: 'POST', path: `/_auth/${name}`, body: request.body ?? {} };
  }
}

/** A post hook reads the body from the response so far, everything else from the request. */
function functionBody({ body, query, id, context = {} }: HandlerRequest): Record<string, unknown> {
  const { hookType, objectName, entityId = id } = context;
  const response = { status: 200, headers: {}, body: body ?? {} };
  return {
    // Without a body the whole of this object would become the handler's body.
    body: body ?? {},
    method: 'POST',
    ...(query && { query }),
    ...(hookType && { hookType }),
    ...(objectName && { objectName }),
    ...(entityId && { entityId }),
    ...(hookType === 'post' && { response }),
  };
}

function kinveyHeaders({ headers, context = {}, secret }: HandlerRequest): Record<string, string> {
  const all: Record<string, string | undefined> = {
    'x-auth-key': secret,
    'x-kinvey-environment-id': context.environmentId,
    'x-kinvey-request-id': context.requestId,
    'x-kinvey-username': context.username,
    'x-kinvey-user-id': context.userId,
    'x-kinvey-app-metadata': context.appMetadata && asciiJson(context.appMetadata),
    'x-kinvey-original-request-headers': headers && asciiJson(lowerCased(headers)),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

/** Node.js hands headers to an instance in lower case, so handlers look for that. */
function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** Headers cannot carry every character; escaped JSON says the same. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function checkHeaders(headers: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value)) {
      throw new AppError(
        'invalidInput',
        `The value for the header ${name} holds a character that HTTP headers cannot carry.`,
      );
    }
  }
  return headers;
}
