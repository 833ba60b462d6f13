import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { platformPackage } from './platformPackage';

/** A Node.js on this machine that services can run on. */
export interface NodeInstallation {
  /** All releases of one major version take the same native modules. */
  readonly major: number;
  readonly version: string;
  readonly executable: string;
  /** The folder with include/node in it, node-gyp's `nodedir`; absent: node-gyp finds its own. */
  readonly headers?: string;
}

/**
 * The Node.js that the runtime itself runs on. Inside the editor that is Electron's, which takes no
 * module that npm builds: there it is the one that `node` starts, or none.
 */
export function findOwnNode(): NodeInstallation | undefined {
  const isElectron = process.versions.electron !== undefined;
  const found = isElectron ? askForNode() : [process.execPath, process.versions.node];
  const [executable, version] = found ?? [];
  if (executable === undefined || version === undefined) {
    return undefined;
  }
  const major = Number.parseInt(version, 10);
  return { major, version, executable, headers: findHeaders(executable, major) };
}

function askForNode(): string[] | undefined {
  try {
    const question = 'console.log(JSON.stringify([process.execPath, process.versions.node]))';
    return JSON.parse(execFileSync('node', ['-e', question], { encoding: 'utf8' })) as string[];
  } catch {
    return undefined;
  }
}

/** Beside the executable, or in what npm's package `node` brings along. */
function findHeaders(executable: string, major: number): string | undefined {
  const root = path.resolve(path.dirname(executable), '..');
  const carrier = path.join(root, 'node_modules', platformPackage());
  return [root, carrier].find((folder) => majorOfHeaders(folder) === major);
}

function majorOfHeaders(folder: string): number | undefined {
  try {
    const text = readFileSync(path.join(folder, 'include/node/node_version.h'), 'utf8');
    return Number(/define NODE_MAJOR_VERSION (\d+)/.exec(text)?.[1]);
  } catch {
    return undefined;
  }
}
