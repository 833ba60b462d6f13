import { ConstantLoad } from '../../support/constantLoad';
import { RuntimeClient, tinyService } from '../../support/runtimeClient';
import { startRuntime } from '../../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { report } from '../figure';
import { deployAndWait } from './deployAndWait';

const deploys = 10;
const callers = 8;
const bench = 'runtime';

/** Requests that fail while a service under constant load is deployed again and again. */
export async function benchRollouts(): Promise<void> {
  const dataDirectory = createScratchFolder('bench');
  const runtime = await startRuntime({ dataDirectory, args: ['--replicas', '2'] });
  try {
    const client = await RuntimeClient.signIn(runtime.url);
    const service = await client.createService();
    const deploy = (patch: number) => {
      const version = `1.0.${patch}`;
      return deployAndWait(client, service, tinyService(version));
    };
    await deploy(0);
    const url = `${runtime.url}flex/${service.environmentId}/x`;
    const load = new ConstantLoad(url, callers, (body) => versionOf(body));
    for (let patch = 1; patch <= deploys; patch++) {
      await deploy(patch);
    }
    const { answered, failures, bodies } = await load.stop();
    if (bodies.size !== deploys + 1) throw new Error(`only ${bodies.size} versions answered`);
    const what = `${deploys} rolling deploys under constant load`;
    report({
      ...{ bench, case: `failed requests in ${what}`, unit: 'requests' },
      ...{ ours: failures.length, goal: 0 },
    });
    report({ bench, case: `answered requests in ${what}`, unit: 'requests', ours: answered });
  } finally {
    await runtime.stop();
    removeScratchFolder(dataDirectory);
  }
}

function versionOf(body: string): string {
  return (JSON.parse(body) as { version: string }).version;
}
