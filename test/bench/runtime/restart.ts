import path from 'node:path';
import { copyOrdersService, ordersService } from '../../support/ordersService';
import { RuntimeClient } from '../../support/runtimeClient';
import { startRuntime } from '../../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { readFiles } from '../../support/serviceFiles';
import { median, report } from '../figure';
import { startByHand } from './byHand';
import { deployAndWait } from './deployAndWait';
import { millisecondsUntil } from './stopwatch';

const rounds = 5;

/** From starting a runtime that was killed with -9 until its service is ONLINE again. */
export async function benchRestart(): Promise<void> {
  const scratch = createScratchFolder('bench');
  const folder = path.join(scratch, 'orders');
  await copyOrdersService(folder);
  try {
    const [ours, peers] = await restart(path.join(scratch, 'data'), () => startByHand(folder));
    report({
      ...{ bench: 'runtime', case: 'kill -9 to ONLINE', unit: 'ms' },
      ...{ ours: median(ours), peer: median(peers), peerName: 'node . until /healthcheck answers' },
    });
  } finally {
    removeScratchFolder(scratch);
  }
}

async function restart(
  dataDirectory: string,
  byHand: () => Promise<number>,
): Promise<[ours: number[], peers: number[]]> {
  let runtime = await startRuntime({ dataDirectory });
  const port = Number(new URL(runtime.url).port);
  const client = await RuntimeClient.signIn(runtime.url);
  const service = await client.createService();
  const isOnline = async () => (await client.status(service)).status === 'ONLINE';
  const ours: number[] = [];
  const peers: number[] = [];
  try {
    await deployAndWait(client, service, readFiles(ordersService));
    for (let round = 0; round < rounds; round++) {
      await runtime.kill();
      const start = performance.now();
      runtime = await startRuntime({ dataDirectory, port });
      await millisecondsUntil('ONLINE', isOnline);
      ours.push(performance.now() - start);
      peers.push(await byHand());
    }
  } finally {
    await runtime.stop();
  }
  return [ours, peers];
}
