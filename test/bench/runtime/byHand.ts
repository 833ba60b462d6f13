import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { cacheFolder } from '../../../scripts/cache.mjs';
import { withServicePort } from '../../../scripts/portLock.mjs';
import { millisecondsUntil } from './stopwatch';

export const npmCache = path.join(cacheFolder(), 'npm');

/** `npm install` in a folder, with the cache and the options that the runtime's builds have. */
export async function installByHand(folder: string): Promise<void> {
  const options = ['--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawn('npm', ['install', ...options], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, npm_config_local_prefix: undefined, npm_config_cache: npmCache },
  });
  const [code] = (await once(npm, 'close')) as [number | null];
  if (code !== 0) throw new Error(`npm install in ${folder} ended with ${code ?? 'a signal'}`);
}

/** `node .` until /healthcheck answers, in milliseconds; it is ended afterwards. */
export function startByHand(folder: string): Promise<number> {
  return withServicePort(async () => {
    const service = spawn(process.execPath, ['.'], { cwd: folder, stdio: 'ignore' });
    const closed = once(service, 'close');
    try {
      return await millisecondsUntil('the service by hand', async () => {
        return (await fetch('http://localhost:10001/healthcheck')).ok;
      });
    } finally {
      service.kill('SIGKILL');
      await closed;
    }
  });
}
