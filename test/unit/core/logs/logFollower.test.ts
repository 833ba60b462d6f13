import assert from 'node:assert/strict';
import type { AppError } from '../../../../src/core/base/errors';
import type { LogEntry } from '../../../../src/core/kinvey/apiTypes';
import { LogFollower, type LogFollowerOptions } from '../../../../src/core/logs/logFollower';
import {
  cut,
  eventually,
  hang,
  json,
  ScriptedServer,
  text,
  type Step,
} from '../../../support/scriptedServer';
import { createTestApi } from '../../../support/testApi';

describe('LogFollower', () => {
  const logsPath = 'GET v4/services/s/environments/e/logs';
  let server: ScriptedServer;
  let follower: LogFollower;
  let messages: unknown[];
  let states: string[];
  let lastError: AppError | undefined;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    messages = [];
    states = [];
  });

  afterEach(async () => {
    follower.dispose();
    await server.close();
  });

  function follow(options: LogFollowerOptions = {}): void {
    const api = createTestApi(server.url, 'tok');
    follower = new LogFollower((query, signal) => api.fetchLogs('s', 'e', query, signal), {
      intervalMs: 2,
      ...options,
    });
    follower.onEntries((entries) => messages.push(...entries.map(({ message }) => message)));
    follower.onDidChangeState(({ state, error }) => {
      states.push(state);
      lastError = error;
    });
    follower.start();
  }

  function entry(message: number): LogEntry {
    const timestamp = new Date().toISOString();
    return { _id: String(message), containerId: 'c', timestamp, threshold: 'info', message };
  }
  const page = (...numbers: number[]): Step => json(200, numbers.map(entry));

  it('tells each entry once, poll after poll', async () => {
    server.on(logsPath, page(1), page(1, 2), page(), page(1, 2, 3));

    follow();
    await eventually(() => messages.length === 3 && server.requests.length > 5);

    assert.deepEqual(messages, [1, 2, 3]);
    assert.deepEqual(states, ['connecting', 'live']);
  });

  it('asks at once for the rest of a full page', async () => {
    const thousand = Array.from({ length: 1_000 }, (_value, index) => index);
    server.on(logsPath, page(...thousand), page(1_000));

    follow({ intervalMs: 3_600_000, from: '2026-01-02T03:04:05.000Z' });
    await eventually(() => messages.length === 1_001);

    const queries = server.requests.map(({ path }) => path.split('?')[1]);
    assert.deepEqual(queries, [
      'from=2026-01-02T03%3A04%3A05.000Z&limit=1000',
      'from=2026-01-02T03%3A04%3A05.000Z&limit=1000&page=2',
    ]);
  });

  it('waits through failures and goes on where it was', async () => {
    server.on(logsPath, page(1), text(500), text(500), cut, cut, cut, page(1, 2));

    follow();
    await eventually(() => messages.length === 2);

    assert.deepEqual(messages, [1, 2]);
    assert.deepEqual(states, ['connecting', 'live', 'waiting', 'waiting', 'live']);
  });

  for (const [status, code] of [
    [401, 'sessionExpired'],
    [403, 'forbidden'],
    [404, 'notFound'],
  ] as const) {
    it(`ends on ${status}`, async () => {
      server.on(logsPath, page(1), text(status));

      follow();
      await eventually(() => states.at(-1) === 'ended');
      follower.start();

      assert.equal(lastError?.code, code);
      assert.equal(server.requests.length, 2);
    });
  }

  it('takes what is not logs for a passing failure', async () => {
    server.on(logsPath, text(200, '<html>'), page(1));

    follow();
    await eventually(() => messages.length === 1);

    assert.deepEqual(states, ['connecting', 'waiting', 'live']);
  });

  it('gives up its question when it is disposed, and says no more', async () => {
    server.on(logsPath, hang);
    follow();
    follower.start();
    await eventually(() => server.requests.length === 1);

    follower.dispose();
    server.on(logsPath, page(1));
    const other = new LogFollower(() => createTestApi(server.url).fetchLogs('s', 'e', {}), {
      intervalMs: 2,
    });
    let heard = false;
    other.onEntries(() => (heard = true));
    other.start();
    await eventually(() => heard);
    other.dispose();

    assert.deepEqual(states, ['connecting']);
    assert.deepEqual(messages, []);
  });
});
