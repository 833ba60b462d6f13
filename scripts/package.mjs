// Packages the extension: out/flexservice-<version>.vsix, and prints its size and what is in it.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');

/** Answers the file; dist/ is a production build afterwards (package.json's vscode:prepublish). */
export async function packageExtension() {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, 'out', `${name}-${version}.vsix`);
  mkdirSync(path.dirname(file), { recursive: true });
  // README's links stay relative: there is no public repository to point them at.
  const links = ['--no-rewrite-relative-links', '--allow-missing-repository'];
  await runVsce('package', '--no-dependencies', ...links, '--out', file);
  return file;
}

/** The paths inside, as .vscodeignore lets them through. */
export async function listFiles() {
  const { stdout } = await runVsce('ls', '--no-dependencies');
  return stdout.trim().split('\n').sort();
}

async function runVsce(...args) {
  try {
    return await promisify(execFile)(process.execPath, [vsce, ...args], { cwd: root });
  } catch (error) {
    throw new Error(`vsce ${args[0]} failed:\n${error.stdout}${error.stderr}`);
  }
}

function sizeOf(file) {
  return `${(statSync(file).size / 1024).toFixed(0)} KiB`;
}

async function main() {
  const file = await packageExtension();
  console.log(`${path.relative(process.cwd(), file)} (${sizeOf(file)})`);
  for (const inside of await listFiles()) {
    console.log(`  ${inside} (${sizeOf(path.join(root, inside))})`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
