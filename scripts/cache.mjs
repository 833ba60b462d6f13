// What is downloaded once and outlives a checkout: the test host, the sample service's dependencies.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export function cacheFolder() {
  const { FLEXSERVICE_CACHE, XDG_CACHE_HOME } = process.env;
  if (FLEXSERVICE_CACHE) return path.resolve(FLEXSERVICE_CACHE);
  return path.join(XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'flexservice');
}

/**
 * A folder of the cache, made by `fill(folder)` unless it is there. It is filled under another name
 * and then renamed, so it is either complete or absent, also when two fill it at once.
 */
export async function cached(name, fill) {
  const folder = path.join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  removeAbandoned(folder);
  const filling = `${folder}.${process.pid}.filling`;
  mkdirSync(filling, { recursive: true });
  try {
    await fill(filling);
    moveInto(filling, folder);
  } finally {
    rmSync(filling, { recursive: true, force: true });
  }
  return folder;
}

function moveInto(filling, folder) {
  try {
    renameSync(filling, folder);
  } catch (error) {
    // Another process was faster; what it made is as good.
    if (!existsSync(folder)) throw error;
  }
}

/** What a killed process left half filled. */
function removeAbandoned(folder) {
  const parent = path.dirname(folder);
  if (!existsSync(parent)) return;
  for (const entry of readdirSync(parent)) {
    const owner = /\.(\d+)\.filling$/.exec(entry);
    if (!entry.startsWith(path.basename(folder)) || !owner || isRunning(Number(owner[1]))) continue;
    rmSync(path.join(parent, entry), { recursive: true, force: true });
  }
}

export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
