import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { LogEntry } from '../../../../src/core/kinvey/apiTypes';
import { silentLog } from '../../../../src/core/base/log';
import { Authentication } from '../../../../src/runtime/api/authentication';
import { EnvironmentFinder } from '../../../../src/runtime/api/environmentFinder';
import { readStart, registerLogStream } from '../../../../src/runtime/api/logStream';
import { createServer } from '../../../../src/runtime/api/server';
import { LogCapture } from '../../../../src/runtime/logs/logCapture';
import { LogStore } from '../../../../src/runtime/logs/logStore';
import { Metrics } from '../../../../src/runtime/metrics/metrics';
import { AccountStore } from '../../../../src/runtime/store/accountStore';
import { Database } from '../../../../src/runtime/store/database';
import { EnvironmentStore } from '../../../../src/runtime/store/environmentStore';
import { ServiceStore } from '../../../../src/runtime/store/serviceStore';
import { EventStream, type ServerEvent } from '../../../support/eventStream';
import { logWorker } from '../../../support/logWorker';
import { until } from '../../../support/until';

describe('the live stream of the logs', () => {
  let database: Database;
  let accounts: AccountStore;
  let logs: LogStore;
  let server: FastifyInstance;
  let environmentId: string;
  let token: string;
  let url: string;
  let capture: LogCapture;
  const streams: EventStream[] = [];

  const start = async ({ bytesKept = 100_000_000, heartbeatMs = 60_000 } = {}) => {
    database = new Database(':memory:');
    accounts = new AccountStore(database, 60_000);
    accounts.create({ email: 'a@example.com', password: 'x' });
    token = accounts.openSession(accounts.findByEmail('a@example.com')!)!;
    const services = new ServiceStore(database);
    const environments = new EnvironmentStore(database);
    const serviceId = services.create({ name: 's', type: 'internal', owner: {} });
    environmentId = environments.create(serviceId, { name: 'e', secret: 'xyz' });
    const rate = { linesPerSecond: 1_000_000, bytesPerSecond: 1_000_000_000 };
    const metrics = new Metrics();
    const options = { worker: logWorker, file: ':memory:', log: silentLog, metrics };
    logs = new LogStore({ ...options, ...rate, bytesKept });
    await logs.start([environmentId]);
    server = createServer({ host: '127.0.0.1', log: silentLog });
    const finder = new EnvironmentFinder(services, environments);
    const authentication = new Authentication(accounts);
    registerLogStream(server, { finder, logs, authentication, heartbeatMs });
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    url = `${address}/v4/services/${serviceId}/environments/${environmentId}/logs/stream`;
    capture = new LogCapture(logs, environmentId);
  };

  afterEach(async () => {
    streams.splice(0).forEach((stream) => stream.close());
    await server.close();
    await logs.close();
    database.close();
  });

  const open = async (query = '', headers: Record<string, string> = {}) => {
    const stream = await EventStream.open(url + query, {
      authorization: `Kinvey ${token}`,
      ...headers,
    });
    streams.push(stream);
    return stream;
  };
  const print = (first: number, last: number) => {
    for (let index = first; index <= last; index++) {
      capture.note(String(index));
    }
  };
  const numbers = (events: readonly ServerEvent[]) =>
    events.map(({ id, data }) => {
      const entry = JSON.parse(data) as LogEntry;
      assert.equal(entry._id, id);
      return Number(String(entry.message).replace('[runtime] ', ''));
    });
  const count = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('tells what is there since a time, and what comes', async () => {
    await start();
    print(1, 3);
    const stream = await open('?from=2020-01-01');

    assert.equal(stream.response.headers['content-type'], 'text/event-stream; charset=utf-8');
    assert.deepEqual(numbers(await stream.take(3)), [1, 2, 3]);
    print(4, 5);
    assert.deepEqual(numbers(await stream.take(2)), [4, 5]);
  });

  it('begins with what comes next when it is not told where', async () => {
    await start();
    print(1, 3);
    await logs.page(environmentId, { limit: 1, page: 1 });
    const stream = await open();
    const first = stream.next();
    await until('the beginning', () => stream.comments.length > 0);
    // Its place is found after all that was asked before.
    await logs.page(environmentId, { limit: 1, page: 1 });
    print(4, 4);

    assert.deepEqual(numbers([(await first)!]), [4]);
  });

  it('goes on after any entry, with nothing lost or twice', async () => {
    await start();
    print(1, 5_000);
    let seen: ServerEvent[] = [];
    for (const size of [1, 999, 1_000, 1_001, 1_999]) {
      const last = seen.at(-1)?.id;
      const stream = await open(
        '?from=2020-01-01',
        last === undefined ? {} : { 'last-event-id': last },
      );
      seen = [...seen, ...(await stream.take(size))];
      stream.close();
    }

    assert.deepEqual(numbers(seen), count(1, 5_000));
    const after = await open(`?after=${seen[4_998]!.id}`);
    assert.deepEqual(numbers(await after.take(1)), [5_000]);
  });

  it('goes on with the oldest that is kept where the entry was dropped meanwhile, and says so', async () => {
    await start({ bytesKept: 20_000 });
    print(1, 2);
    const [event] = await (await open('?from=2020-01-01')).take(1);
    print(3, 2_000);

    const stream = await open('', { 'last-event-id': event!.id });
    const first = numbers(await stream.take(1))[0]!;
    const rest = numbers(await stream.take(2_000 - first));

    assert.ok(first > 1_000, `it goes on with ${first}`);
    assert.deepEqual(rest, count(first + 1, 2_000));
    assert.ok(stream.comments.includes(`: ${first - 2} entries were dropped meanwhile`));
  });

  it('begins anew for an id that this log has never given', async () => {
    await start();
    print(1, 2);

    const stream = await open('', { 'last-event-id': 'f'.repeat(24) });

    assert.deepEqual(numbers(await stream.take(2)), [1, 2]);
  });

  it('does not read ahead of a slow reader', async () => {
    await start();
    const stdout = new PassThrough();
    capture.attach(stdout);
    stdout.end(`${'x'.repeat(1_000)}\n`.repeat(30_000));
    await logs.page(environmentId, { limit: 1, page: 1 });
    let read = 0;
    const follow = logs.follow.bind(logs);
    logs.follow = async (...args) => {
      const page = await follow(...args);
      read += page.count;
      return page;
    };

    const stream = await open('?from=2020-01-01');
    await stream.take(1);
    await until('all lines', async () => {
      const page = await logs.page(environmentId, { limit: 1, page: 30_000 });
      return page.length > 2;
    });

    assert.ok(read < 20_000, `${read} of 30000 entries were read for one that was taken`);
    assert.equal((await stream.take(29_999)).length, 29_999);
  });

  it('gives signs of life while there is nothing to tell', async () => {
    await start({ heartbeatMs: 1 });
    const stream = await open();
    void stream.next();

    await until('two of them', () => {
      return stream.comments.filter((comment) => comment === ': nothing new').length >= 2;
    });
  });

  it('ends with the session', async () => {
    await start({ heartbeatMs: 10 });
    const stream = await open();

    accounts.closeSession(token);

    assert.equal(await stream.next(), undefined);
  });

  it('ends with the logs of the environment', async () => {
    await start();
    print(1, 1);
    const stream = await open('?from=2020-01-01');
    await stream.take(1);

    await logs.deleteAll(environmentId);

    assert.equal(await stream.next(), undefined);
    assert.equal(stream.response.complete, true);
  });

  it('ends in good order when the runtime is closed', async () => {
    await start();
    print(1, 1);
    const stream = await open('?from=2020-01-01');
    await stream.take(1);

    const next = stream.next();
    await server.close();

    assert.equal(await next, undefined);
    assert.equal(stream.response.complete, true);
  });

  it('costs nothing once its reader has left', async () => {
    await start();
    print(1, 1);
    const stream = await open('?from=2020-01-01');
    await stream.take(1);
    stream.close();
    await until('the end of the connection', async () => (await connections()) === 0);
    let asked = 0;
    logs.follow = () => {
      asked += 1;
      return Promise.reject(new Error('nobody reads'));
    };

    print(2, 3);
    await logs.page(environmentId, { limit: 1, page: 1 });

    assert.equal(asked, 0);
  });

  const connections = () =>
    new Promise<number>((resolve, reject) => {
      server.server.getConnections((error, open_) => (error ? reject(error) : resolve(open_)));
    });
});

describe('readStart', () => {
  const id = '00000001000000000000000a';

  it('prefers where a reader stopped to where it once began', () => {
    const query = { from: '2026-01-01', after: id };

    assert.deepEqual(readStart({ headers: { 'last-event-id': id }, query: { after: 'x' } }), {
      after: id,
    });
    assert.deepEqual(readStart({ headers: {}, query }), { after: id });
    assert.deepEqual(readStart({ headers: {}, query: { from: '2026-01-01' } }), {
      from: Date.parse('2026-01-01'),
    });
    assert.deepEqual(readStart({ headers: {}, query: {} }), { from: undefined });
  });

  it('refuses what can be no id and no time', () => {
    for (const query of [{ after: 'x' }, { after: `${id}0` }, { from: 'yesterday' }]) {
      assert.throws(() => readStart({ headers: {}, query }), { code: 'ValidationError' });
    }
  });
});
