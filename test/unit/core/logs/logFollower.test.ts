import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { AppError } from '../../../../src/core/base/errors';
import type { LogEntry } from '../../../../src/core/kinvey/apiTypes';
import type { ManagementApi } from '../../../../src/core/kinvey/managementApi';
import {
  LogFollower,
  type LogFollowerOptions,
  type LogSource,
} from '../../../../src/core/logs/logFollower';
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

  function follow(options: LogFollowerOptions = {}, source: Partial<LogSource> = {}): void {
    const api = createTestApi(server.url, 'tok');
    const asking = { ...sourceOf(api), ...source };
    follower = new LogFollower(asking, { intervalMs: 2, ...options });
    follower.onEntries((entries) => messages.push(...entries.map(({ message }) => message)));
    follower.onDidChangeState(({ state, error }) => {
      states.push(state);
      lastError = error;
    });
    follower.start();
  }

  function sourceOf(api: ManagementApi): LogSource {
    return { fetch: (query, signal) => api.fetchLogs('s', 'e', query, signal) };
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
    const other = new LogFollower(sourceOf(createTestApi(server.url)), { intervalMs: 2 });
    let heard = false;
    other.onEntries(() => (heard = true));
    other.start();
    await eventually(() => heard);
    other.dispose();

    assert.deepEqual(states, ['connecting']);
    assert.deepEqual(messages, []);
  });

  describe('by the live stream', () => {
    const streamPath = `${logsPath}/stream`;
    const at = (second: number) => `2026-01-02T03:04:${String(second).padStart(2, '0')}.000Z`;
    const numbered = (number: number, second = number): LogEntry => ({
      ...entry(number),
      timestamp: at(second),
    });
    const event = (number: number, second?: number) =>
      `id: ${number}\ndata: ${JSON.stringify(numbered(number, second))}\n\n`;
    const begin = (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    /** Stays open after these. */
    const live =
      (...events: string[]): Step =>
      (_request, response) =>
        begin(response).write(`: hello\n\n${events.join('')}`);
    const ending =
      (...events: string[]): Step =>
      (_request, response) =>
        begin(response).end(events.join(''));
    const breaking =
      (...events: string[]): Step =>
      (request, response) =>
        begin(response).write(events.join(''), () => request.socket.destroy());
    const queries = (path: string) =>
      server.requests
        .filter((request) => `GET ${request.path.split('?')[0]!}` === path)
        .map((request) => decodeURIComponent(request.path.split('?')[1] ?? ''));

    function followStream(options: LogFollowerOptions = {}): void {
      const api = createTestApi(server.url, 'tok');
      follow(options, { stream: (start, signal) => api.streamLogs('s', 'e', start, signal) });
    }

    it('tells what comes without asking again', async () => {
      let answer: ServerResponse | undefined;
      server.on(streamPath, (_request, response) => {
        answer = begin(response);
        answer.write(event(1));
      });

      followStream({ from: at(0) });
      await eventually(() => messages.length === 1);
      const [half, rest] = [event(2).slice(0, 30), event(2).slice(30)];
      answer?.write(half);
      answer?.write(`${rest}${event(3)}`);
      await eventually(() => messages.length === 3);

      assert.deepEqual(messages, [1, 2, 3]);
      assert.deepEqual(states, ['connecting', 'live']);
      assert.deepEqual(queries(streamPath), [`from=${at(0)}`]);
      assert.equal(server.count(logsPath), 0);
      assert.equal(server.requests[0]?.headers.authorization, 'Kinvey tok');
    });

    it('goes on after the last entry where the connection breaks or ends', async () => {
      server.on(streamPath, breaking(event(1), event(2)), cut, ending(event(3)), live(event(4)));

      followStream();
      await eventually(() => messages.length === 4);

      assert.deepEqual(messages, [1, 2, 3, 4]);
      assert.deepEqual(queries(streamPath).slice(1), ['after=2', 'after=2', 'after=3']);
      assert.equal(server.count(logsPath), 0);
    });

    for (const [name, step] of [
      ['404', text(404)],
      ['401', text(401)],
      ['500', text(500)],
      ['another type', json(200, [])],
    ] as const) {
      it(`asks again and again, quietly, where an instance answers ${name}`, async () => {
        server.on(streamPath, step).on(logsPath, page(1), page(1, 2));

        followStream();
        await eventually(() => messages.length === 2);

        assert.deepEqual(messages, [1, 2]);
        assert.deepEqual(states, ['connecting', 'live']);
        assert.equal(server.count(streamPath), 1);
      });
    }

    it('loses and repeats nothing where asking has to take over', async () => {
      const stored = [numbered(1), numbered(2), numbered(3, 2), numbered(4, 2), numbered(5)];
      server
        .on(streamPath, breaking(event(1), event(2), event(3, 2)), text(404))
        .on(logsPath, (request, response) => {
          const from = new URL(request.url ?? '', server.url).searchParams.get('from') ?? '';
          const body = stored.filter(({ timestamp }) => timestamp >= from);
          return json(200, body)(request, response);
        });

      followStream({ from: at(0) });
      await eventually(() => messages.length === 5 && server.count(logsPath) > 2);

      assert.deepEqual(messages, [1, 2, 3, 4, 5]);
      assert.ok(queries(logsPath)[0]?.startsWith(`from=${at(2)}`));
    });

    it('ends where the session is over, as asking does', async () => {
      server.on(streamPath, ending(event(1)), text(401)).on(logsPath, text(401));

      followStream();
      await eventually(() => states.at(-1) === 'ended');

      assert.equal(lastError?.code, 'sessionExpired');
    });

    it('closes its connection when it is disposed', async () => {
      let closed = false;
      server.on(streamPath, (request, response) => {
        request.socket.once('close', () => (closed = true));
        begin(response).write(event(1));
      });
      followStream();
      await eventually(() => messages.length === 1);

      follower.dispose();

      await eventually(() => closed);
      assert.deepEqual(states, ['connecting', 'live']);
    });
  });
});
