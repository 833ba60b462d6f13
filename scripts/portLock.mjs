// kinvey-flex-sdk listens on port 10001 and nowhere else, so on one machine only one test run at a
// time may start services by itself, whatever the checkout.
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './cache.mjs';

const lock = path.join(tmpdir(), 'flexservice-port-10001.lock');

/** Runs something while no other run of ours uses the port. */
export async function withServicePort(run) {
  for (let told; !take(); await sleep(200)) {
    const owner = readOwner();
    if (owner === undefined) continue;
    if (!isRunning(owner)) rmSync(lock, { force: true });
    else if (told !== owner) console.error(`  waiting for process ${owner}, which has port 10001`);
    told = owner;
  }
  const release = () => rmSync(lock, { force: true });
  process.on('exit', release);
  try {
    return await run();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** A link appears at once and with its content, or not at all. */
function take() {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine);
  }
}

function readOwner() {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    // Released just now.
    return undefined;
  }
}
