// Our tools and the runtime need Node.js 24, which the devDependency `node` brings; npm scripts get
// it by themselves, but not a `node scripts/…` of a person, nor the first run before `npm ci`.
import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const executable = process.platform === 'win32' ? 'node.exe' : 'node';
const node24 = path.join(root, 'node_modules/node/bin', executable);

export function isNode24() {
  return Number(process.versions.node.split('.')[0]) >= 24;
}

/** Starts this very command again on Node.js 24, and ends as that ends. */
export async function runOnNode24() {
  const child = spawn(node24, process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends its signals to both of us; others send them to the parent only.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
