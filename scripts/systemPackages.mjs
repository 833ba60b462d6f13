// What the test host needs that npm does not bring: a browser, and a compiler for native modules.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

/** The first has no window and no services for one: a third less work for the processor. */
const browsers = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];
const compiler = ['python3', 'make', 'g++'];

/** The file of a command on the PATH, or undefined. */
export function findCommand(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function findBrowser() {
  const { CHROMIUM } = process.env;
  if (!CHROMIUM) return browsers.map(findCommand).find(Boolean);
  if (!existsSync(CHROMIUM)) throw new Error(`CHROMIUM names no file: ${CHROMIUM}`);
  return CHROMIUM;
}

/** The browser, installed where it is missing. */
export function ensureBrowser(progress) {
  // Fonts: without any, Chromium draws no text at all.
  if (!findBrowser()) {
    install(['chromium-headless-shell', 'fonts-liberation', 'fonts-dejavu-core'], progress);
  }
  return findBrowser();
}

/** What node-gyp builds native modules with. */
export function ensureCompiler(progress) {
  const missing = compiler.filter((command) => !findCommand(command));
  if (missing.length > 0) install(missing, progress);
}

/** Installs packages where that is allowed (root on Debian), else says what to install. */
function install(packages, progress) {
  if (process.getuid?.() !== 0 || !findCommand('apt-get')) {
    throw new Error(
      `Please install ${packages.join(', ')} with your system's package manager (Debian: sudo apt-get install ${packages.join(' ')}), then try again.`,
    );
  }
  progress(`installing ${packages.join(', ')} with apt-get`);
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', ...packages);
}

function aptGet(...args) {
  const { status, stdout, stderr } = spawnSync(
    'apt-get',
    ['-q', '-o', 'DPkg::Lock::Timeout=600', ...args],
    { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
