import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../../core/base/writeAtomic';
import type { NodeInstallation } from '../nodejs/ownNode';

/**
 * Makes a script named `node` for a PATH: install scripts run on `target`, but npm and its node-gyp,
 * which no old Node.js can run, on `own`. Answers its path; on Windows there is no such script.
 */
export async function writeNodeShim(
  folder: string,
  own: NodeInstallation,
  target: NodeInstallation,
): Promise<string> {
  const shim = path.join(folder, `node-${target.major}`, 'node');
  const script = shimOf(own.executable, target.executable);
  const known = await readFile(shim, 'utf8').catch(() => '');
  if (known !== script) {
    await mkdir(path.dirname(shim), { recursive: true });
    await writeAtomic(shim, script, { mode: 0o700 });
  }
  return shim;
}

/** npm starts its node-gyp as `node "$npm_config_node_gyp"`, and a nested npm is found on the PATH. */
function shimOf(own: string, target: string): string {
  return `#!/bin/sh
case "$1" in
  "\${npm_config_node_gyp:-none}") exec ${quote(own)} "$@" ;;
  */node_modules/.bin/*) ;;
  */npm | */npx | */npm-cli.js | */npx-cli.js) exec ${quote(own)} "$@" ;;
esac
exec ${quote(target)} "$@"
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
