import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { AppError, type ErrorCode } from '../../../../src/core/base/errors';
import { silentLog } from '../../../../src/core/base/log';
import { HttpClient } from '../../../../src/core/kinvey/httpClient';
import { ScriptedServer } from '../../../support/scriptedServer';

export const token = 'token-very-secret-4711';
export const password = 'pass-very-secret-0815';

/** A server that does what a test tells it to, and a client of it. */
export class HttpTrial {
  server!: ScriptedServer;
  client!: HttpClient;

  async start(): Promise<void> {
    this.server = await ScriptedServer.start();
    this.client = this.createClient();
  }

  createClient(options: Partial<ConstructorParameters<typeof HttpClient>[0]> = {}): HttpClient {
    return new HttpClient({
      baseUrl: this.server.url,
      token,
      product: 'FlexService/9.9.9',
      log: silentLog,
      backoffMs: 2,
      ...options,
    });
  }

  end(): Promise<void> {
    return this.server.close();
  }
}

/** A new server for each test of the surrounding `describe`. */
export function useHttpTrial(): HttpTrial {
  const trial = new HttpTrial();
  beforeEach(() => trial.start());
  afterEach(() => trial.end());
  return trial;
}

/** Fails as told, and neither the error nor anything in it shows a secret. */
export async function failure(work: Promise<unknown>, code: ErrorCode): Promise<AppError> {
  const error: unknown = await work.then(
    (value) => assert.fail(`Expected ${code}, got ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AppError, inspect(error));
  assert.equal(error.code, code, error.message);
  for (const printed of [
    inspect(error, { depth: 10, showHidden: true }),
    JSON.stringify(error),
    JSON.stringify(error.details),
    `${error.message} ${error.stack ?? ''}`,
  ]) {
    assert.ok(!printed.includes(token) && !printed.includes(password), printed);
    assert.ok(!printed.includes('Axios'), printed);
  }
  return error;
}
