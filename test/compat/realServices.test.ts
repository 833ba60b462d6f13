import assert from 'node:assert/strict';
import path from 'node:path';
import { RuntimeClient, type TestService } from '../support/runtimeClient';
import { startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { serviceFiles } from '../support/serviceFiles';
import { until } from '../support/until';

describe('services that people have', () => {
  let folder: string;
  let runtime: RuntimeProcess;
  let client: RuntimeClient;

  before(async () => {
    folder = createScratchFolder('real-services');
    runtime = await startRuntime({
      dataDirectory: path.join(folder, 'data'),
      args: ['--replicas', '1'],
      env: { FLEX_RUNTIME_MEMORY_MB: '64' },
    });
    client = await RuntimeClient.signIn(runtime.url);
  });

  after(async () => {
    await runtime.stop();
    removeScratchFolder(folder);
  });

  const deployed = async (name: string): Promise<TestService> => {
    const service = await client.createService();
    const job = await client.ended(await client.deploy(service, '1.0.0', serviceFiles(name)));
    assert.equal(job.status, 'COMPLETE', job.progress);
    return service;
  };
  const ask = async (service: TestService, route: string, body?: object): Promise<unknown> => {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const response = await client.call(service, route, init);
    assert.equal(response.status, 200);
    return response.json();
  };

  const majors: [string, RegExp, object][] = [
    ['sdk-1', /^v6\./, { dataLink: { serviceObjects: ['greetings'] } }],
    ['sdk-2', /^v12\./, { auth: { handlers: ['keycard'] } }],
  ];
  for (const [name, nodeVersion, discovered] of majors) {
    it(`of ${name} serve data and functions on the Node.js of their time`, async () => {
      const service = await deployed(name);

      const { node, _id } = (await ask(service, '/greetings/ann')) as Record<string, string>;
      assert.match(node ?? '', nodeVersion);
      assert.equal(_id, 'ann');
      const greeted = await ask(service, '/_flexFunctions/greet', { body: { name: 'Ann' } });
      assert.match(JSON.stringify(greeted), /"greeting":"Hello Ann"/);
      assert.partialDeepStrictEqual(await ask(service, '/_command/discover', {}), {
        businessLogic: { handlers: ['greet'] },
        ...discovered,
      });
    });
  }

  it('that leak memory are ended at their limit, say so, and serve again', async () => {
    const service = await deployed('leaks-memory');
    const pid = async () => ((await ask(service, '/')) as { pid: number }).pid;
    const before = await pid();

    await client.call(service, '/', { method: 'POST' });

    await until('another process', async () => (await pid().catch(() => before)) !== before);
    const printed = (await client.logs(service)).map(({ message }) => String(message)).join('\n');
    assert.match(printed, /heap out of memory/);
  });
});
