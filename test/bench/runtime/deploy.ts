import { cpSync } from 'node:fs';
import path from 'node:path';
import { ordersService } from '../../support/ordersService';
import { RuntimeClient, type TestService } from '../../support/runtimeClient';
import { startRuntime } from '../../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { readFiles, withVersion } from '../../support/serviceFiles';
import { median, report } from '../figure';
import { installByHand, startByHand } from './byHand';
import { deployAndWait } from './deployAndWait';

const rounds = 3;
const bench = 'runtime';

interface Times {
  readonly cold: number;
  readonly unchanged: number;
}

/**
 * From sending a deploy until the status is ONLINE, beside `npm install && node .` by hand until
 * /healthcheck answers. Both take what they download from one npm cache, which holds it already: a
 * registry's moods would be all that is measured otherwise.
 */
export async function benchDeploy(): Promise<void> {
  await byHand();
  const ours: Times[] = [];
  const peers: Times[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await byRuntime());
    peers.push(await byHand());
  }
  const cold = median(ours.map((times) => times.cold));
  const unchanged = median(ours.map((times) => times.unchanged));
  const peer = median(peers.map((times) => times.cold));
  const peerName = 'npm install && node .';
  const unit = 'ms';
  report({ bench, case: 'deploy to ONLINE, cold', unit, ours: cold, peer, peerName, goal: 1.3 });
  report({
    ...{ bench, case: 'deploy to ONLINE, unchanged dependencies', unit },
    ...{ ours: unchanged, peer, peerName, goal: 0.5 },
  });
  report({
    ...{ bench, case: 'deploy to ONLINE, unchanged dependencies, beside a second run by hand' },
    ...{ unit, ours: unchanged, peer: median(peers.map((times) => times.unchanged)), peerName },
  });
}

/** A fresh runtime: first it has no dependencies, then those of the version before. */
async function byRuntime(): Promise<Times> {
  const dataDirectory = createScratchFolder('bench');
  const runtime = await startRuntime({ dataDirectory });
  try {
    const client = await RuntimeClient.signIn(runtime.url);
    const service = await client.createService();
    const cold = await deploy(client, service, '1.0.0');
    return { cold, unchanged: await deploy(client, service, '1.0.1') };
  } finally {
    await runtime.stop();
    removeScratchFolder(dataDirectory);
  }
}

function deploy(client: RuntimeClient, service: TestService, version: string): Promise<number> {
  return deployAndWait(client, service, withVersion(readFiles(ordersService), version));
}

/** A fresh folder: first without, then with its node_modules. */
async function byHand(): Promise<Times> {
  const scratch = createScratchFolder('bench');
  const folder = path.join(scratch, 'orders');
  cpSync(ordersService, folder, { recursive: true });
  try {
    const cold = await timeByHand(folder);
    return { cold, unchanged: await timeByHand(folder) };
  } finally {
    removeScratchFolder(scratch);
  }
}

async function timeByHand(folder: string): Promise<number> {
  const start = performance.now();
  await installByHand(folder);
  return performance.now() - start + (await startByHand(folder));
}
