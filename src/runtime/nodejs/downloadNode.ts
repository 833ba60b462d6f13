import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError, messageOf } from '../../core/base/errors';
import type { LogCapture } from '../logs/logCapture';
import type { Npm } from '../npm/npm';
import { platformPackage } from './platformPackage';

export interface NodeDownload {
  /** A release, or a major version, which means its newest release. */
  readonly version: string;
  /** Where it comes to lie: complete or absent, also when two runtimes fill it at once. */
  readonly folder: string;
  readonly npm: Npm;
  readonly output: LogCapture;
  readonly signal: AbortSignal;
}

/** No download takes that long: who began it was killed. */
const abandonedAfterMs = 60 * 60 * 1_000;

/** Takes a Node.js from npm. Throws AppError deployFailed or cancelled. */
export async function downloadNode(download: NodeDownload): Promise<void> {
  const { version, folder, output } = download;
  await removeAbandoned(path.dirname(folder));
  output.note(`Node.js ${version} is downloaded from npm, once for all services.`);
  const filling = await makeFilling(folder);
  try {
    await install(download, filling);
    const found = await check(version, path.join(filling, 'node_modules', platformPackage()));
    await moveInto(path.join(filling, 'node_modules', platformPackage()), folder);
    output.note(`Node.js ${found} is there.`);
  } finally {
    await rm(filling, { recursive: true, force: true });
  }
}

async function makeFilling(folder: string): Promise<string> {
  await mkdir(path.dirname(folder), { recursive: true });
  const filling = await mkdtemp(`${folder}.filling-`);
  // Without one, npm would look for a project in the folders above.
  await writeFile(path.join(filling, 'package.json'), '{"private":true}');
  return filling;
}

async function install(
  { version, npm, output, signal }: NodeDownload,
  folder: string,
): Promise<void> {
  const what = `${platformPackage()}@${version}`;
  const options = ['--ignore-scripts', '--no-save', '--no-package-lock'];
  const end = await npm.run({ args: ['install', what, ...options], folder, output, signal });
  if (!end.ok) {
    throw notToBeHad(version, `npm says about ${what}: ${end.reason}`);
  }
}

/** Answers the exact version, in its own words: it may be there and still not run on this machine. */
async function check(version: string, folder: string): Promise<string> {
  const executable = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  try {
    const { stdout } = await promisify(execFile)(executable, ['--version']);
    return stdout.trim();
  } catch (error) {
    throw notToBeHad(version, `it does not run on this machine: ${messageOf(error)}`, error);
  }
}

function notToBeHad(version: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'deployFailed',
    `Node.js ${version} cannot be had: ${reason}. Deploy again, or choose another runtime for the service environment.`,
    { cause },
  );
}

async function moveInto(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Another runtime was faster; what it made is as good.
    if (!existsSync(to)) {
      throw error;
    }
  }
}

async function removeAbandoned(cache: string): Promise<void> {
  const names = await readdir(cache).catch(() => []);
  for (const name of names.filter((one) => one.includes('.filling-'))) {
    const folder = path.join(cache, name);
    const found = await stat(folder).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > abandonedAfterMs) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
