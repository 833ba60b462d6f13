import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAppError } from '../../src/core/base/errors';
import { isRunning } from '../../src/core/base/processes';
import { RuntimeProcess } from '../../src/editor/runtime/runtimeProcess';
import { checkout } from '../support/checkout';
import { createJsonMemory } from '../support/jsonMemory';
import { until } from '../support/until';

/** Each RuntimeProcess stands for a window, each memory for what VS Code keeps for windows. */
describe('starting the local runtime', () => {
  const script = path.join(checkout, 'dist/runtime.js');
  let dataDirectory: string;
  let window: RuntimeProcess;
  const openWindow = () => new RuntimeProcess(script, createJsonMemory(), dataDirectory);

  beforeEach(async () => {
    dataDirectory = await mkdtemp(path.join(tmpdir(), 'flexservice-start-'));
    window = openWindow();
  });
  afterEach(async () => {
    await window.stop();
    await rm(dataDirectory, { recursive: true });
  });

  it('twice at once starts one', async () => {
    const options = { dataDirectory, port: 0 };

    const [one, two] = await Promise.all([window.start(options), window.start(options)]);

    assert.deepEqual(one, two);
  });

  it('takes the one that another window has started on the same data', async () => {
    const one = await window.start({ dataDirectory, port: 0 });

    const other = openWindow();

    assert.deepEqual(await other.start({ dataDirectory, port: 0 }), one);
  });

  it('takes the one that another window starts at the same moment', async () => {
    const other = openWindow();
    const options = { dataDirectory, port: 0 };

    const [one, two] = await Promise.all([window.start(options), other.start(options)]);

    assert.deepEqual(one, two);
  });

  it('refuses another port or data folder than those of the one that runs', async () => {
    const { url } = await window.start({ dataDirectory, port: 0 });
    const port = Number(new URL(url).port);

    for (const other of [
      { dataDirectory, port: port === 65_535 ? 65_534 : port + 1 },
      { dataDirectory: path.join(dataDirectory, 'other'), port: 0 },
    ]) {
      await assert.rejects(
        window.start(other),
        (error) => isAppError(error, 'runtimeFailed') && error.message.includes(url),
      );
    }
    assert.equal((await window.start({ dataDirectory, port })).url, url);
  });

  it('takes another port only where the last one is taken by now', async () => {
    const { url } = await window.start({ dataDirectory, port: 0 });
    await window.stop();
    const stranger = createServer().listen(Number(new URL(url).port), '127.0.0.1');
    await once(stranger, 'listening');

    const moved = await window.start({ dataDirectory, port: 0 });
    stranger.close();

    assert.notEqual(moved.url, url);
    await window.stop();
    await writeFile(path.join(dataDirectory, 'runtime.db'), 'no database');
    await assert.rejects(
      window.start({ dataDirectory, port: 0 }),
      (error) => isAppError(error, 'runtimeFailed') && error.message.includes('did not start'),
    );
  });

  it('leaves none behind that does not answer in time', async () => {
    const slow = path.join(dataDirectory, 'slow.js');
    const pidFile = path.join(dataDirectory, 'slow.pid');
    const lines = [
      `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`,
      'setInterval(() => undefined, 1000);',
    ];
    await writeFile(slow, lines.join('\n'));
    const impatient = new RuntimeProcess(slow, createJsonMemory(), dataDirectory, 1_500);

    await assert.rejects(impatient.start({ dataDirectory, port: 0 }), (error) =>
      isAppError(error, 'runtimeFailed'),
    );

    const pid = Number(await readFile(pidFile, 'utf8'));
    await until('its end', () => !isRunning(pid));
  });
});
