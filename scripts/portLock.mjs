// kinvey-flex-sdk listens on port 10001 and nowhere else, and a sign-in in the browser ends at port
// 6341: on one machine only one test run at a time may use them, whatever the checkout.
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './cache.mjs';

/** Runs something while no other run of ours starts services by itself. */
export function withServicePort(run) {
  return withPort(10_001, run);
}

/** Runs something while no other run of ours uses the port. */
export async function withPort(port, run) {
  const lock = path.join(tmpdir(), `flexservice-port-${port}.lock`);
  for (let told; !take(lock); await sleep(200)) {
    const owner = readOwner(lock);
    if (owner === undefined) continue;
    if (!isRunning(owner)) rmSync(lock, { force: true });
    else if (told !== owner)
      console.error(`  waiting for process ${owner}, which has port ${port}`);
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
function take(lock) {
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

function readOwner(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    // Released just now.
    return undefined;
  }
}
