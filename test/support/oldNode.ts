import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cached } from '../../scripts/cache.mjs';
import { platformPackage } from '../../src/runtime/nodejs/platformPackage';

/**
 * The executable of a Node.js release, such as `0.10` or `22.12.0`, from npm and kept in the cache;
 * undefined where this platform never had it.
 */
export async function findOldNode(version: string): Promise<string | undefined> {
  const name = platformPackage();
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  try {
    const folder = await cached(`oldNode/${name}-${version}`, async (filling) => {
      // Without one, npm would look for a project in the folders above.
      await writeFile(path.join(filling, 'package.json'), '{"private":true}');
      const args = ['install', `${name}@${version}`, ...options];
      await promisify(execFile)('npm', args, {
        cwd: filling,
        shell: process.platform === 'win32',
      });
    });
    const executable = process.platform === 'win32' ? 'node.exe' : 'node';
    return path.join(folder, 'node_modules', name, 'bin', executable);
  } catch (error) {
    if (/E404|ETARGET/.test(String(error))) {
      return undefined;
    }
    throw error;
  }
}
