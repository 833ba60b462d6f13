import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { endOf, reportOf, usePipeline, type Ended } from '../support/pipeline';
import { tinyService } from '../support/runtimeClient';
import { until } from '../support/until';
import { StartGate } from '../support/startGate';

/** As the SDK answers. */
const healthy = `
  const create = http.createServer;
  http.createServer = (serve) => create((request, response) =>
    request.url === '/healthcheck' ? response.end('{"healthy":true}') : serve(request, response));`;

describe('dist/deploy.js, where something changes while it starts the service here', function () {
  this.timeout(120_000);
  const pipeline = usePipeline();

  /** Deploys a minor version; `change` happens once the service was started, before it answers. */
  const deployWhile = async (
    change: () => void | Promise<void>,
    ...args: string[]
  ): Promise<Ended> => {
    // What was sent before starts again and again over there.
    const [open, started] = ['open', 'started'].map((name) =>
      path.join(pipeline.station.folder, `${name}-${randomUUID()}`),
    ) as [string, string];
    const gate = new StartGate(open);
    const tell = `require('fs').writeFileSync(${JSON.stringify(started)}, '');`;
    pipeline.write('bad.js', '// good so far\n');
    pipeline.writeService(`require('./bad.js'); ${tell} ${await gate.close()} ${healthy}`);
    const ending = endOf(
      pipeline.start(['--bump', 'minor', '--start-check', '--no-watch', '--json', ...args]),
    );
    await until('the start', () => existsSync(started));
    await change();
    await gate.open();
    return ending;
  };
  const told = (ended: Ended) =>
    reportOf(ended).findings.map(({ code, file = '', accepted }) => [
      code,
      path.basename(file),
      accepted,
    ]);

  afterEach(() => {
    for (const name of ['late.js', 'bad.js']) {
      if (existsSync(path.join(pipeline.folder, name))) pipeline.remove(name);
    }
  });

  it('sends no script that cannot be read by now, and leaves the folder as it was', async () => {
    const before = await pipeline.client.status(pipeline.service);
    // A file that is there from the start on: scripts may still be read while the service starts.
    const ended = await deployWhile(() => pipeline.write('bad.js', 'x = {{{\n'));

    assert.deepEqual([ended.code, told(ended)], [3, [['syntaxError', 'bad.js', undefined]]]);
    assert.match(pipeline.manifest, /"version":"1\.0\.0"/);
    assert.deepEqual(await pipeline.client.status(pipeline.service), before);
  });

  it('tells what looks like a secret since then once, also where it is accepted', async () => {
    const leak = "exports.key = 'AKIAIOSFODNN7EXAMPLZ';\n";
    const ended = await deployWhile(() => pipeline.write('late.js', leak), '--accept', 'leak');

    assert.deepEqual([ended.code, reportOf(ended).outcome], [0, 'sent'], ended.stdout);
    assert.deepEqual(told(ended), [['leak', 'late.js', true]]);
    await pipeline.client.ended(reportOf(ended).job);
  });

  it('ends as for a version that is not higher where somebody else deployed meanwhile', async () => {
    const ended = await deployWhile(async () => {
      const files = tinyService('5.0.0');
      const job = await pipeline.client.deploy(pipeline.service, '5.0.0', files);
      await pipeline.client.ended(job);
    });

    assert.deepEqual([ended.code, reportOf(ended).error?.code], [2, 'versionMoved'], ended.stdout);
    assert.match(pipeline.manifest, /"version":"1\.0\.0"/);
  });
});
