import assert from 'node:assert/strict';
import { release } from 'node:os';
import { inspect } from 'node:util';
import type { Log } from '../../../../src/core/base/log';
import { eventually, hang, json, text } from '../../../support/scriptedServer';
import { failure, useHttpTrial, password, token } from './httpTrial';

describe('HttpClient', () => {
  const trial = useHttpTrial();

  describe('get', () => {
    it('sends what the contract asks for and nothing that invites compression', async () => {
      trial.server.on('GET v4/user', json(200, { email: 'ann@example.com' }));

      const answer = await trial.client.get('v4/user', {
        query: { from: '2026-01-02T03:04:05+02:00', page: 2, to: undefined },
      });

      assert.deepEqual(answer, { email: 'ann@example.com' });
      const [request] = trial.server.requests;
      assert.equal(request?.path, 'v4/user?from=2026-01-02T03%3A04%3A05%2B02%3A00&page=2');
      assert.equal(request.headers.authorization, `Kinvey ${token}`);
      assert.equal(request.headers.accept, 'application/json');
      assert.equal(
        request.headers['x-kinvey-device-information'],
        `FlexService/9.9.9 ${process.platform} ${release()}`,
      );
      assert.equal(request.headers['content-type'], undefined);
      assert.equal(request.headers['accept-encoding'], undefined);
    });

    it('sends no Authorization header without a token', async () => {
      trial.server.on('GET v4/identity-providers', json(200, []));

      await trial.createClient({ token: undefined }).get('v4/identity-providers');

      assert.equal(trial.server.requests[0]?.headers.authorization, undefined);
    });

    it('keeps the path of the base URL', async () => {
      trial.server.on('GET base/v4/user', json(200, 1));

      assert.equal(
        await trial.createClient({ baseUrl: `${trial.server.url}base` }).get('v4/user'),
        1,
      );
    });

    it('answers undefined for an empty body and text for a body that is not JSON', async () => {
      trial.server.on('GET empty', text(204)).on('GET broken', text(200, '{"half":'));

      assert.equal(await trial.client.get('empty'), undefined);
      assert.equal(await trial.client.get('broken'), '{"half":');
    });

    it('is cancelled by its signal, before, during and between tries', async () => {
      trial.server.on('GET hang', hang).on('GET busy', text(503));
      await failure(trial.client.get('hang', { signal: AbortSignal.abort() }), 'cancelled');
      assert.equal(trial.server.requests.length, 0);

      for (const [path, patient] of [
        ['hang', trial.client],
        ['busy', trial.createClient({ backoffMs: 5_000 })],
      ] as const) {
        const controller = new AbortController();
        const work = patient.get(path, { signal: controller.signal });
        await eventually(() => trial.server.count(`GET ${path}`) === 1);
        controller.abort();
        await failure(work, 'cancelled');
      }
    });

    it('logs method, path and status only', async () => {
      const lines: string[] = [];
      const note = (message: string, details?: unknown) =>
        lines.push(message + inspect(details, { depth: 10 }));
      const log: Log = { debug: note, info: note, warn: note, error: note };
      trial.server.on('GET v4/x', text(503), json(200, { token }));

      await trial.createClient({ log }).get('v4/x', { query: { password } });

      assert.match(lines.join('\n'), /GET v4\/x 503 .*\n.*again.*\n.*GET v4\/x 200/);
      assert.ok(!lines.join().includes(token) && !lines.join().includes(password));
    });
  });

  describe('send', () => {
    it('sends compact JSON and never twice', async () => {
      trial.server.on('POST v4/x', text(503));

      await failure(trial.client.send('POST', 'v4/x', { body: { a: [1, 'ä'] } }), 'serverFailed');

      const [request] = trial.server.requests;
      assert.equal(trial.server.requests.length, 1);
      assert.equal(Buffer.from(request?.body ?? '', 'latin1').toString(), '{"a":[1,"ä"]}');
      assert.match(request?.headers['content-type'] ?? '', /^application\/json/);
    });

    it('deletes without a body', async () => {
      trial.server.on('DELETE session', text(204));

      assert.equal(await trial.client.send('DELETE', 'session'), undefined);

      assert.equal(trial.server.requests[0]?.headers['content-type'], undefined);
    });

    it('tells a wrong password from an expired session', async () => {
      const invalid = json(401, {
        code: 'InvalidCredentials',
        description: 'Invalid e-mail and/or password.',
      });
      trial.server
        .on('POST session', invalid)
        .on('DELETE session', invalid)
        .on('POST v4/x', text(401));

      const wrong = await failure(
        trial.client.send('POST', 'session', { body: { password } }),
        'badCredentials',
      );
      await failure(trial.client.send('DELETE', 'session'), 'sessionExpired');
      await failure(trial.client.send('POST', 'v4/x'), 'sessionExpired');

      assert.equal(wrong.message, 'Invalid e-mail and/or password.');
    });

    for (const status of [401, 403]) {
      it(`asks for a two-factor token whatever the status, here ${status}`, async () => {
        trial.server.on('POST session', json(status, { code: 'InvalidTwoFactorAuth' }));

        await failure(trial.client.send('POST', 'session', { body: {} }), 'twoFactorRequired');
      });
    }

    it('hides secrets that the server echoes', async () => {
      const description = `No ${password} with ${token}`;
      trial.server.on('POST session', json(422, { code: 'ValidationError', description }));

      const error = await failure(
        trial.client.send('POST', 'session', { body: { password } }),
        'rejected',
      );

      assert.equal(error.message, 'No [hidden] with [hidden]');
    });
  });
});
