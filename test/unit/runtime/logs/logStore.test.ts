import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { LogEntry } from '../../../../src/core/kinvey/apiTypes';
import { silentLog } from '../../../../src/core/base/log';
import { LogCapture } from '../../../../src/runtime/logs/logCapture';
import { LogStore } from '../../../../src/runtime/logs/logStore';
import { Metrics } from '../../../../src/runtime/metrics/metrics';
import { logWorker } from '../../../support/logWorker';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';
import { until } from '../../../support/until';

describe('LogStore', () => {
  let folder: string;
  let logs: LogStore;
  let metrics: Metrics;

  const open = (file = path.join(folder, 'logs.db'), worker = logWorker) => {
    metrics = new Metrics();
    logs = new LogStore({
      worker,
      file,
      bytesKept: 100_000_000,
      linesPerSecond: 1_000_000,
      bytesPerSecond: 100_000_000,
      metrics,
      log: silentLog,
    });
    return logs.start(['e', 'other']);
  };

  beforeEach(async () => {
    folder = createScratchFolder('logs');
    await open();
  });

  afterEach(async () => {
    await logs.close();
    removeScratchFolder(folder);
  });

  const entries = async (limit = 2_000, page = 1, id = 'e') => {
    const json = await logs.page(id, { limit, page });
    return JSON.parse(Buffer.from(json).toString()) as LogEntry[];
  };
  const texts = async (limit?: number, page?: number, id?: string) =>
    (await entries(limit, page, id)).map(({ message }) => message);

  /** The log worker, but that it dies of what says so, or at once. */
  const mortalWorker = async (diesAtOnce = false) => {
    const file = path.join(folder, 'mortal.js');
    const die = `process.exit(1)`;
    const listen = `require('node:worker_threads').parentPort.on('message', ({ message, bytes }) => {
      if (message === 'die' || (bytes && Buffer.from(bytes).includes('die'))) ${die};
    });`;
    const own = `require(${JSON.stringify(logWorker)});`;
    await writeFile(file, diesAtOnce ? die : `${listen}\n${own}`);
    return file;
  };

  const lost = (count: number) =>
    `[runtime] ${count} log ${count === 1 ? 'line was' : 'lines were'} lost here: the log worker ended before it had written them.`;

  it('go on in another worker, with the streams that are open, where one dies', async () => {
    await logs.close();
    await open(undefined, await mortalWorker());
    const capture = new LogCapture(logs, 'e');
    const output = new PassThrough();
    capture.attach(output);
    output.write('before\n');
    await until('the line', async () => (await texts()).length === 1);

    capture.note('die', 'info');
    await assert.rejects(logs.page('e', { limit: 1, page: 1 }), { code: 'runtimeFailed' });

    output.write('after\n');
    await until('the other line', async () => (await texts()).at(-1) === 'after');
    assert.deepEqual(await texts(), ['before', lost(1), 'after']);
  });

  it('count what a worker that died had not written, and say so where it is missing', async () => {
    await logs.close();
    await open(undefined, await mortalWorker());
    const stream = logs.openStream({ environmentId: 'e', containerId: 'ab'.repeat(32) });
    stream.write(Buffer.from('one\n'));
    await until('the line', async () => (await texts()).length === 1);

    stream.write(Buffer.from('two\nthree\ndie\n'));
    await assert.rejects(texts(), { code: 'runtimeFailed' });
    stream.write(Buffer.from('five\n'));

    await until('the other line', async () => (await texts()).at(-1) === 'five');
    assert.deepEqual(await texts(), ['one', lost(3), 'five']);
    const note = (await entries())[1];
    assert.deepEqual([note?.threshold, note?.containerId], ['warning', 'ab'.repeat(32)]);
    assert.deepEqual(await texts(10, 1, 'other'), []);
    await until('the count', async () => /^flex_log_lines_total 6$/m.test(await metrics.read()));
    assert.match(await metrics.read(), /^flex_log_lines_dropped_total\{reason="lost"\} 3$/m);
  });

  it('wait before they go on where one worker after the other dies, and lose what comes meanwhile', async () => {
    await logs.close();
    await open(undefined, await mortalWorker());
    const stream = logs.openStream({ environmentId: 'e', containerId: 'ab'.repeat(32) });
    for (const last of ['first\n', 'second\n']) {
      stream.write(Buffer.from(last));
      await until('the line', async () => (await texts()).at(-1) === last.trim());
      stream.write(Buffer.from('die\n'));
      await assert.rejects(texts(), { code: 'runtimeFailed' });
    }
    stream.write(Buffer.from('between\n'));
    await assert.rejects(texts(), { code: 'runtimeFailed' });

    const all = await until('another worker', () => texts().catch(() => undefined));
    assert.deepEqual(all, ['first', lost(1), 'second', lost(2)]);
  });

  it('fail where a worker dies before it has done anything', async () => {
    await logs.close();

    await assert.rejects(open(undefined, await mortalWorker(true)), { code: 'runtimeFailed' });
    await assert.rejects(texts(), { code: 'runtimeFailed' });
  });

  it('answers what was just printed, in the form of the contract', async () => {
    const capture = new LogCapture(logs, 'e');
    capture.note('hello', 'error');

    const [entry] = await entries();

    assert.match(entry!._id, /^[0-9a-f]{24}$/);
    assert.match(entry!.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { containerId } = capture;
    assert.deepEqual(
      { ...entry, _id: '', timestamp: '' },
      { _id: '', timestamp: '', containerId, threshold: 'error', message: '[runtime] hello' },
    );
  });

  it('loses no line of a process that prints faster than it can be written', async () => {
    const stream = new PassThrough();
    new LogCapture(logs, 'e').attach(stream);
    const all = Array.from({ length: 50_000 }, (_, index) => `line ${index} ${'x'.repeat(60)}`);
    stream.end(`${all.join('\n')}\n`);

    await until('all lines', async () => (await texts(1, 50_000)).length === 1);
    const read: unknown[] = [];
    for (let page = 1; page <= 25; page++) {
      read.push(...(await texts(2_000, page)));
    }
    assert.deepEqual(read, all);
    assert.match(await metrics.read(), /^flex_log_lines_total 50000$/m);
  });

  it('reads no further while too much is under way', async () => {
    const stream = new PassThrough({ highWaterMark: 65_536 });
    new LogCapture(logs, 'e').attach(stream);
    let written = 0;
    const block = Buffer.from(`${'x'.repeat(1_023)}\n`.repeat(64));
    let isFull = false;
    for (let index = 0; index < 200 && !isFull; index++) {
      isFull = !stream.write(block);
      written += isFull ? 0 : 1;
    }

    assert.ok(written < 10, `${written} blocks were taken at once`);
    stream.end();
    await until('all of it', async () => (await texts()).length >= 64);
  });

  it('tells which environments have new entries, and which are gone', async () => {
    const seen: string[] = [];
    logs.onDidWrite((ids) => seen.push(...ids));
    logs.onDidDelete((id) => seen.push(`${id} deleted`));
    new LogCapture(logs, 'e').note('x');

    await until('the news', () => seen.includes('e'));
    await logs.deleteAll('e');
    assert.deepEqual(seen, ['e', 'e deleted']);
    assert.deepEqual(await texts(), []);
  });

  it('forgets environments that exist no more when it starts', async () => {
    new LogCapture(logs, 'e').note('x');
    new LogCapture(logs, 'stale').note('x');
    await logs.close();

    await open();

    assert.equal((await entries()).length, 1);
    assert.equal((await entries(10, 1, 'stale')).length, 0);
  });

  it('writes what is waiting when it is closed, and ignores what comes later', async () => {
    const capture = new LogCapture(logs, 'e');
    const stream = new PassThrough();
    capture.attach(stream);
    capture.note('before');
    await logs.close();
    capture.note('after');
    stream.end('x\n'.repeat(100_000));
    await until('the end of the stream', () => stream.readableEnded);

    await open();

    assert.deepEqual(await texts(), ['[runtime] before']);
  });

  it('cannot be used where its file cannot, and says so', async () => {
    await logs.close();

    await assert.rejects(open(folder), /The logs cannot be used: .*unable to open/);
    await assert.rejects(logs.page('e', { limit: 1, page: 1 }), { code: 'runtimeFailed' });
  });
});
