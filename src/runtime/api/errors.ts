import type { FastifyError, FastifyInstance } from 'fastify';
import type { ErrorBody } from '../../core/kinvey/apiTypes';
import type { Log } from '../../core/base/log';
import { messageOf } from '../../core/base/errors';

export interface FieldProblem {
  readonly field?: string;
  readonly message: string;
}

export interface ApiErrorDetails {
  /** What is wrong, field by field. */
  readonly problems?: readonly FieldProblem[];
  /** Becomes the header Retry-After. */
  readonly retryAfterSeconds?: number;
}

/** An answer other than 2xx, in the wire's own words (contract 2.2). */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    description: string,
    private readonly more: ApiErrorDetails = {},
  ) {
    super(description);
  }

  /** What a client may wait for, in seconds. */
  get retryAfterSeconds(): number | undefined {
    return this.more.retryAfterSeconds;
  }

  toBody(): ErrorBody {
    const { problems = [] } = this.more;
    const body = { code: this.code, description: this.message };
    return problems.length > 0 ? { ...body, errors: [...problems] } : body;
  }
}

/** `thing` as the vendor spells it: 'service', 'service environment', 'job', … */
export function notFound(thing: string): ApiError {
  const code = thing.replace(/(^| )(\w)/g, (_all, _space: string, letter: string) =>
    letter.toUpperCase(),
  );
  return new ApiError(404, `${code}NotFound`, `The specified ${thing} could not be found.`);
}

export function validationFailed(problems: readonly FieldProblem[]): ApiError {
  return new ApiError(422, 'ValidationError', 'Validation failed.', { problems });
}

/** kinvey-cli compares this very sentence, and an absent `debug` (contract T7). */
export function sessionInvalid(): ApiError {
  return new ApiError(401, 'InvalidCredentials', 'Authorization token invalid or expired.');
}

/** Every failure leaves as JSON {code, description}; what nobody foresaw is logged, never shown. */
export function answerErrors(server: FastifyInstance, log: Log): void {
  server.setNotFoundHandler((request, reply) => {
    const body = new ApiError(
      404,
      'RouteNotFound',
      `There is no ${request.method} ${pathOf(request.url)}.`,
    );
    return reply.code(404).send(body.toBody());
  });
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = toApiError(error);
    if (problem.status >= 500 && !(error instanceof ApiError)) {
      log.error(
        `${request.method} ${pathOf(request.url)} failed: ${messageOf(error)}`,
        error.stack,
      );
    }
    if (problem.status === 413) {
      // The rest of the body is still on its way: the connection cannot be used again.
      void reply.header('connection', 'close');
    }
    if (problem.retryAfterSeconds !== undefined) {
      void reply.header('retry-after', problem.retryAfterSeconds);
    }
    return reply.code(problem.status).send(problem.toBody());
  });
}

function toApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    return new ApiError(500, 'InternalError', 'The runtime failed to answer. Its log tells why.');
  }
  if (status === 413) {
    return new ApiError(413, 'RequestTooLarge', 'The body is larger than this request may be.');
  }
  // The parser's own words would quote the body, which may hold a password.
  const told = error instanceof SyntaxError ? 'The body is no valid JSON.' : messageOf(error);
  return new ApiError(status, 'BadRequest', told);
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? url;
}
