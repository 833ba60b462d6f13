import assert from 'node:assert/strict';
import { json, text } from '../../../support/scriptedServer';
import { failure, useHttpTrial } from './httpTrial';

describe('HttpClient: refusals', () => {
  const trial = useHttpTrial();

  for (const [status, body, code, told] of [
    [
      401,
      { code: 'InvalidCredentials', description: 'Authorization token invalid or expired.' },
      'sessionExpired',
      /^Your session at Local Runtime \(.*\) is over: sign in again\.$/,
    ],
    [
      403,
      { code: 'InsufficientCredentials', description: 'Not yours.' },
      'forbidden',
      /^Not yours\.$/,
    ],
    [
      404,
      { code: 'ServiceNotFound', description: 'The specified service could not be found.' },
      'notFound',
      /^The specified service could not be found\.$/,
    ],
    [400, { code: 'SiteNotFound', description: 'No site.' }, 'notFound', /^No site\.$/],
    [
      422,
      {
        code: 'ValidationError',
        description: 'Validation failed.',
        errors: [{ field: 'name', message: 'is required' }, { message: 'is odd' }],
      },
      'rejected',
      /^Validation failed\. name: is required is odd$/,
    ],
    [
      500,
      { code: 'Boom', description: 'It broke.', debug: { stack: 'at secret.js:1' } },
      'serverFailed',
      /^It broke\.$/,
    ],
  ] as const) {
    it(`maps ${status} ${body.code} to ${code}`, async () => {
      trial.server.on('GET v4/x', json(status, body));

      const error = await failure(trial.client.get('v4/x'), code);

      assert.match(error.message, told);
      assert.deepEqual(
        { ...error.details, retryAfterMs: undefined },
        {
          status,
          kinveyCode: body.code,
          instance: trial.client.baseUrl,
          method: 'GET',
          path: 'v4/x',
          retryAfterMs: undefined,
        },
      );
    });
  }

  it('shows the status, not the page, for an HTML error', async () => {
    trial.server.on('GET v4/x', text(500, '<html><body>Stack at line 1</body></html>'));

    const error = await failure(trial.client.get('v4/x'), 'serverFailed');

    assert.match(error.message, /^127\.0\.0\.1:\d+ failed \(500 Internal Server Error\)\./);
  });

  it('asks twice again after an empty 503, then tells', async () => {
    trial.server.on('GET v4/x', text(503));

    const error = await failure(trial.client.get('v4/x'), 'serverFailed');

    assert.match(error.message, /503 Service Unavailable/);
    assert.equal(trial.server.requests.length, 3);
  });

  it('waits as long as Retry-After says', async () => {
    trial.server.on('GET v4/x', json(429, {}, { 'retry-after': '0' }), json(200, 'done'));

    assert.equal(await trial.createClient({ backoffMs: 3_600_000 }).get('v4/x'), 'done');
  });

  it('tells at once when it should wait long', async () => {
    trial.server.on(
      'GET v4/x',
      json(429, { description: 'Slow down.' }, { 'retry-after': '3600' }),
    );

    const error = await failure(trial.client.get('v4/x'), 'rejected');

    assert.equal(error.message, 'Slow down.');
    assert.equal(trial.server.requests.length, 1);
  });
});
