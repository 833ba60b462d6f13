import { mkdir, readdir, readFile, rename, rm, access } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../../core/base/errors';
import type { LogCapture } from '../logs/logCapture';
import type { Installer } from './install';
import { unpack } from './unpack';

export interface BuildRequest {
  readonly environmentId: string;
  /** Names the folder: ids are our own, a version is whatever a client sends. */
  readonly name: string;
  readonly archive: string;
  readonly output: LogCapture;
  readonly onProgress: (words: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes archives into folders that can be started: `services/<environment>/versions/<name>`.
 * A folder counts only once the state says that it serves; `sweep` removes all others.
 */
export class Builds {
  constructor(
    private readonly root: string,
    private readonly installer: Installer,
  ) {}

  folderOf(environmentId: string, name: string): string {
    return path.join(this.versionsOf(environmentId), name);
  }

  /** What a service of this environment has as its HOME. */
  homeOf(environmentId: string): string {
    return path.join(this.root, environmentId, 'home');
  }

  /** The version that package.json tells, if it does. Throws AppError deployFailed or cancelled. */
  async build(request: BuildRequest): Promise<string | undefined> {
    const folder = this.folderOf(request.environmentId, request.name);
    request.onProgress('Unpacking');
    await mkdir(this.homeOf(request.environmentId), { recursive: true });
    await unpackInto(request.archive, folder);
    const version = await checkService(folder);
    request.onProgress('Installing dependencies');
    await this.installer.install(folder, request.output, request.signal);
    return version;
  }

  /** Removes every folder of an environment but the named one. */
  async sweep(environmentId: string, keep: string | undefined): Promise<void> {
    const versions = this.versionsOf(environmentId);
    const names = await readdir(versions).catch(() => []);
    const old = names.filter((name) => name !== keep);
    await Promise.all(
      old.map((name) => rm(path.join(versions, name), { recursive: true, force: true })),
    );
  }

  async removeAll(environmentId: string): Promise<void> {
    await rm(path.join(this.root, environmentId), { recursive: true, force: true });
  }

  /** Environments that have a folder, whether or not they still exist. */
  async listEnvironments(): Promise<string[]> {
    return readdir(this.root);
  }

  private versionsOf(environmentId: string): string {
    return path.join(this.root, environmentId, 'versions');
  }
}

/** A folder appears under its name only when all of it is there. */
async function unpackInto(archive: string, folder: string): Promise<void> {
  const half = `${folder}.unpacking`;
  await mkdir(half, { recursive: true });
  await unpack(archive, half);
  await rename(half, folder);
}

async function checkService(folder: string): Promise<string | undefined> {
  const { main, version } = await readManifest(folder);
  const hasIndex = await access(path.join(folder, 'index.js')).then(
    () => true,
    () => false,
  );
  if (!hasIndex && typeof main !== 'string') {
    throw new AppError('deployFailed', 'The bundle has no index.js at its root.');
  }
  return typeof version === 'string' ? version : undefined;
}

async function readManifest(folder: string): Promise<{ main?: unknown; version?: unknown }> {
  try {
    const text = await readFile(path.join(folder, 'package.json'), 'utf8');
    return JSON.parse(text.replace(/^\uFEFF/, '')) as { main?: unknown; version?: unknown };
  } catch (error) {
    throw new AppError(
      'deployFailed',
      `The package.json of the bundle cannot be read: ${messageOf(error).replace(folder, '')}`,
      { cause: error },
    );
  }
}
