import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cached } from '../../scripts/cache.mjs';
import { checkout } from './checkout';

export const ordersService = path.join(checkout, 'test/fixtures/orders-service');

/** Copies the sample service, with its dependencies installed, to a folder. */
export async function copyOrdersService(folder: string): Promise<void> {
  const dependencies = await installDependencies();
  await cp(ordersService, folder, { recursive: true, filter: isSource });
  await cp(path.join(dependencies, 'node_modules'), path.join(folder, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  });
}

/** Not what somebody left who ran the service in the checkout. */
function isSource(file: string): boolean {
  return !/[/\\](node_modules|output\.log.*|package-lock\.json)$/.test(file);
}

/** Downloaded once for every state of the service's package.json. */
async function installDependencies(): Promise<string> {
  const manifest = path.join(ordersService, 'package.json');
  const hash = createHash('sha256')
    .update(await readFile(manifest))
    .digest('hex');
  return cached(`orders-service-${hash.slice(0, 12)}`, async (folder) => {
    await copyFile(manifest, path.join(folder, 'package.json'));
    const options = ['--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    await promisify(execFile)('npm', ['install', ...options], { cwd: folder, env: npmEnv() });
  });
}

/** Without what an npm that runs us set, which would point the nested one at our own project. */
function npmEnv(): NodeJS.ProcessEnv {
  return { ...process.env, npm_config_local_prefix: undefined };
}
