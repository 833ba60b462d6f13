import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { RuntimeClient, tinyService } from '../../support/runtimeClient';
import { startRuntime } from '../../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { report } from '../figure';
import { deployAndWait } from './deployAndWait';

const services = 10;
const replicas = 2;
const bench = 'runtime';
const unit = 'MB';
const peerName = 'an empty Node.js process';

/** What the runtime's own process has in memory, without its replicas, which have processes of theirs. */
export async function benchMemory(): Promise<void> {
  const dataDirectory = createScratchFolder('bench');
  const runtime = await startRuntime({ dataDirectory, args: ['--replicas', String(replicas)] });
  try {
    const peer = await emptyProcess();
    const client = await RuntimeClient.signIn(runtime.url);
    const idle = residentMb(runtime.pid);
    for (let index = 0; index < services; index++) {
      await deployAndWait(client, await client.createService(), tinyService('1.0.0'));
    }
    const busy = residentMb(runtime.pid);
    report({ bench, case: 'memory, idle', unit, ours: idle, peer, peerName });
    report({
      bench,
      case: `memory, ${services * replicas} replicas`,
      unit,
      ours: busy,
      peer,
      peerName,
    });
  } finally {
    await runtime.stop();
    removeScratchFolder(dataDirectory);
  }
}

async function emptyProcess(): Promise<number> {
  const args = ['-e', "console.log('ready'); setInterval(() => {}, 1e9)"];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  try {
    return residentMb(child.pid ?? 0);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}

/** The resident set, as ps tells it in KiB. */
function residentMb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1_024;
}
