import assert from 'node:assert/strict';
import type { TestService } from '../support/runtimeClient';
import { useRuntime } from '../support/runtimeStation';
import { serviceFiles } from '../support/serviceFiles';
import { until } from '../support/until';

describe('services that people have', () => {
  const station = useRuntime({ env: { FLEX_RUNTIME_MEMORY_MB: '64' } });
  const deployed = (name: string) => station().deployed(serviceFiles(name));

  const ask = async (service: TestService, route: string, body?: object): Promise<unknown> => {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const response = await station().client.call(service, route, init);
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

    await station().client.call(service, '/', { method: 'POST' });

    await until('another process', async () => (await pid().catch(() => before)) !== before);
    assert.match((await station().messages(service)).join('\n'), /heap out of memory/);
  });
});
