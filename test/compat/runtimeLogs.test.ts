import assert from 'node:assert/strict';
import type { LogEntry } from '../../src/core/kinvey/apiTypes';
import { chattyService } from '../support/chattyService';
import { EventStream, type ServerEvent } from '../support/eventStream';
import { tinyService, type TestService } from '../support/runtimeClient';
import { RuntimeStation, useRuntime } from '../support/runtimeStation';
import { until } from '../support/until';

describe('the logs of the runtime', () => {
  const shared = useRuntime({ env: { FLEX_RUNTIME_START_ATTEMPTS: '2' } });
  let station: RuntimeStation;

  beforeEach(() => {
    station = shared();
  });
  afterEach(async () => {
    if (station !== shared()) await station.close();
  });

  const deployed = () => station.deployed(chattyService('1.0.0'));
  const print = async (service: TestService, query: string) => {
    const answer = await station.client.call(service, `/print?${query}`);
    assert.equal(answer.status, 200);
  };
  const readAll = async (service: TestService): Promise<LogEntry[]> => {
    const all: LogEntry[] = [];
    for (let page = 1; ; page++) {
      const entries = await station.client.logs(service, `?limit=2000&page=${page}`);
      all.push(...entries);
      if (entries.length < 2_000) return all;
    }
  };
  /** Waits until there are so many, at least. */
  const entriesOf = (service: TestService, entries: number) =>
    until(`${entries} entries`, async () => {
      const page = await station.client.logs(service, `?limit=1&page=${entries}`);
      return page.length > 0;
    });
  const printed = (entries: readonly LogEntry[]) =>
    entries
      .map(({ message }) => /^line (\d+) /.exec(String(message))?.[1])
      .filter((number) => number !== undefined)
      .map(Number);
  const droppedCount = (message: string) =>
    Number(/(\d+) lines were dropped here/.exec(message)?.[1] ?? 0);
  const count = (length: number) => Array.from({ length }, (_, index) => index);
  const follow = (service: TestService, last?: ServerEvent) =>
    EventStream.open(
      `${station.runtime.url}v4/services/${service.serviceId}/environments/${service.environmentId}/logs/stream?from=2020-01-01`,
      {
        authorization: `Kinvey ${station.client.token}`,
        ...(last && { 'last-event-id': last.id }),
      },
    );

  it('hold all of 50,000 lines that were printed at once, in order, none twice', async () => {
    const service = await deployed();

    await print(service, 'lines=50000');

    await entriesOf(service, 50_000);
    const entries = await readAll(service);
    assert.deepEqual(printed(entries), count(50_000));
    const ids = entries.map(({ _id }) => _id);
    assert.deepEqual([...new Set(ids)].sort(), ids);
    const [containerId, ...others] = new Set(
      entries.filter(({ message }) => String(message).startsWith('line')).map((e) => e.containerId),
    );
    assert.match(containerId ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(others, []);
  });

  it('stream what is printed meanwhile to a reader that comes back again and again', async () => {
    const service = await deployed();
    const printing = print(service, 'lines=20000&rate=20000');
    const seen: ServerEvent[] = [];
    const isDone = () => seen.at(-1)?.data.includes('line 19999 ') === true;

    for (let turn = 1; !isDone(); turn++) {
      const stream = await follow(service, seen.at(-1));
      const end = seen.length + turn * 700;
      while (seen.length < end && !isDone()) seen.push((await stream.next())!);
      stream.close();
    }

    await printing;
    const entries = seen.map(({ data }) => JSON.parse(data) as LogEntry);
    assert.deepEqual(printed(entries), count(20_000));
    assert.deepEqual(entries, await readAll(service));
  });

  it('wait for a slow reader without holding up anybody else', async () => {
    const service = await deployed();
    await print(service, 'lines=1');
    const slow = await follow(service);
    await slow.next();

    await print(service, 'lines=50000');

    await entriesOf(service, 50_001);
    const entries = await readAll(service);
    const events = await slow.take(entries.length - 1);
    assert.deepEqual(
      events.map(({ id }) => id),
      entries.slice(1).map(({ _id }) => _id),
    );
    slow.close();
  });

  it('say in one line how many were dropped where a service prints more than its limit', async () => {
    const env = { FLEX_RUNTIME_LOG_LINES_PER_SECOND: '100' };
    station = await RuntimeStation.open({ env });
    const service = await deployed();

    await print(service, 'lines=5000');

    // One note for each second that was too much, the last of them when its second is over.
    const { kept, notes } = await until('a line or a note for each', async () => {
      const entries = await readAll(service);
      const counts = entries.map(({ message }) => droppedCount(String(message)));
      const dropped = counts.reduce((sum, number) => sum + number, 0);
      const lines = printed(entries).length;
      return lines + dropped === 5_000 && { kept: lines, notes: counts.filter(Boolean).length };
    });
    assert.ok(notes >= 1 && kept >= 100, `${kept} lines, ${notes} notes`);
    const metrics = await (await fetch(`${station.runtime.url}metrics`)).text();
    assert.match(metrics, new RegExp(`dropped_total\\{reason="rate"\\} ${5_000 - kept}\\n`));
  });

  it('keep what was printed before a kill -9, and go on counting after it', async () => {
    const service = await deployed();
    await print(service, 'lines=1000');
    const before = await until('the last line', async () => {
      const all = await readAll(service);
      return printed(all).length === 1_000 && all;
    });

    await station.runtime.kill();
    await station.start();
    await station.client.online(service);
    await print(service, 'lines=1000&first=1000');

    const after = await until('the last line', async () => {
      const all = await readAll(service);
      return printed(all).length === 2_000 && all;
    });
    assert.deepEqual(after.slice(0, before.length), before);
    assert.deepEqual(printed(after), count(2_000));
    const ids = after.map(({ _id }) => _id);
    assert.deepEqual([...new Set(ids)].sort(), ids);
  });

  it('tell neither the secret nor the variables nor the session, however a rollout ends', async () => {
    const service = await station.client.createService({
      environmentVariables: { KEY: 'v4riable' },
    });
    const broken = { ...tinyService('1.0.0'), 'index.js': 'process.exit(3)' };
    const missing = { ...tinyService('1.0.1'), 'package.json': '{' };
    for (const files of [broken, missing, tinyService('1.0.2'), broken]) {
      await station.client.ended(await station.client.deploy(service, '1.0.0', files));
    }
    await station.client.call(service, '/exit');
    await station.client.ended(await station.client.recycle(service));

    const told = JSON.stringify(await readAll(service)) + station.runtime.stderr();

    assert.match(told, /\[runtime\] .*failed/);
    for (const secret of ['s3cret', 'v4riable', station.client.token]) {
      assert.equal(told.includes(secret), false, secret);
    }
  });
});
