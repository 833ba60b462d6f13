import { ordersService } from '../../support/ordersService';
import { RuntimeClient, type Files, type TestService } from '../../support/runtimeClient';
import { startRuntime } from '../../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { readFiles } from '../../support/serviceFiles';
import { until } from '../../support/until';
import { median, report } from '../figure';
import { deployAndWait } from './deployAndWait';
import { putLoad, type Load } from './load';

const rounds = 5;
const seconds = 3;
const connections = 16;
const bench = 'runtime';
const peerName = 'the replica itself';

/** Requests to a handler of an SDK service with one replica, through the ingress and without it. */
export async function benchIngress(): Promise<void> {
  const dataDirectory = createScratchFolder('bench');
  const runtime = await startRuntime({ dataDirectory, args: ['--replicas', '1'] });
  try {
    const client = await RuntimeClient.signIn(runtime.url);
    const service = await client.createService();
    const port = await deploy(client, service);
    const through = `${runtime.url}flex/${service.environmentId}/orders/orders-1`;
    await compare(through, `http://127.0.0.1:${port}/orders/orders-1`);
  } finally {
    await runtime.stop();
    removeScratchFolder(dataDirectory);
  }
}

async function compare(through: string, direct: string): Promise<void> {
  const load = (url: string) => putLoad({ url, connections, seconds });
  const ours: Load[] = [];
  const peers: Load[] = [];
  await load(through);
  await load(direct);
  for (let round = 0; round < rounds; round++) {
    ours.push(await load(through));
    peers.push(await load(direct));
  }
  const of = (loads: readonly Load[], what: keyof Load) => median(loads.map((one) => one[what]));
  report({
    ...{ bench, case: 'through the ingress, one replica', unit: 'requests/s', peerName },
    ...{ ours: of(ours, 'perSecond'), peer: of(peers, 'perSecond'), goal: 0.7, wanted: 'least' },
  });
  report({
    ...{ bench, case: 'through the ingress, one replica, p99', unit: 'ms', peerName },
    ...{ ours: of(ours, 'p99'), peer: of(peers, 'p99'), goal: 1.43 },
  });
}

/** Answers the port that the replica listens on: the service prints it. */
async function deploy(client: RuntimeClient, service: TestService): Promise<number> {
  await deployAndWait(client, service, tellingPort(readFiles(ordersService)));
  return until('the port of the replica', async () => {
    const messages = (await client.logs(service)).map((entry) => String(entry.message));
    return messages.map((text) => Number(/^replica on (\d+)$/.exec(text)?.[1])).find(Boolean);
  });
}

function tellingPort(files: Files): Files {
  const telling = `
    const { Server } = require('net');
    const { listen } = Server.prototype;
    Server.prototype.listen = function (...args) {
      this.once('listening', () => console.log('replica on ' + this.address().port));
      return listen.apply(this, args);
    };`;
  return { ...files, 'index.js': `${telling}\n${files['index.js'] ?? ''}` };
}
