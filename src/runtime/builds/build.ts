import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError, isAppError } from '../../core/base/errors';
import type { LogCapture } from '../logs/logCapture';
import type { Metrics } from '../metrics/metrics';
import { chooseNode } from '../nodejs/chooseNode';
import type { NodeVersions } from '../nodejs/nodeVersions';
import type { Serving } from '../store/environmentStore';
import type { DependencyStore } from './dependencyStore';
import type { Installer } from './install';
import { KeptVersions, type VersionLimits } from './keptVersions';
import { enginesOf, readManifest, versionOf } from './serviceManifest';
import { segment } from './segment';
import { unpack } from './unpack';

/** How a build tells what it does, and is ended. */
export interface BuildWatch {
  readonly output: LogCapture;
  readonly onProgress: (words: string) => void;
  readonly signal: AbortSignal;
}

export interface BuildRequest extends BuildWatch {
  readonly environmentId: string;
  /** Names the folder: ids are our own, a version is whatever a client sends. */
  readonly name: string;
  readonly archive: string;
  /** The environment's name of a Node.js version, such as `flex-runtime-node12`. */
  readonly runtime?: string;
}

export interface Built {
  /** What package.json tells, if it does. */
  readonly version?: string;
  /** The major version of Node.js that it is built for. */
  readonly node: number;
}

export interface BuildTools {
  /** A folder in it for each service environment. */
  readonly root: string;
  readonly installer: Installer;
  readonly dependencies: DependencyStore;
  readonly nodes: NodeVersions;
  readonly metrics: Metrics;
  readonly limits: VersionLimits;
}

/**
 * Makes archives into folders that can be started: `services/<environment>/versions/<name>`.
 * A folder counts only once the state says that it serves; `sweep` removes what never did.
 */
export class Builds {
  constructor(private readonly tools: BuildTools) {}

  folderOf(environmentId: string, name: string): string {
    return this.versionsOf(environmentId).folderOf(name);
  }

  /** What a service of this environment has as its HOME. */
  homeOf(environmentId: string): string {
    return path.join(this.rootOf(environmentId), 'home');
  }

  /** Throws AppError deployFailed or cancelled. */
  async build(request: BuildRequest): Promise<Built> {
    const { metrics } = this.tools;
    const start = performance.now();
    try {
      const built = await this.make(request);
      metrics.buildEnded('completed', performance.now() - start);
      return built;
    } catch (error) {
      if (!isAppError(error, 'cancelled')) {
        metrics.buildEnded('failed', performance.now() - start);
      }
      throw error;
    }
  }

  /**
   * Makes sure that a version can run on the runtime that it is to have now. For another Node.js it
   * is built again from what was sent. Throws AppError deployFailed or cancelled.
   */
  async refit(environmentId: string, serving: Serving, watch: BuildWatch): Promise<Serving> {
    const { runtime, build } = serving;
    const versions = this.versionsOf(environmentId);
    const manifest = await readManifest(versions.folderOf(build));
    const node = chooseNode({ runtime, engines: enginesOf(manifest) }, this.tools.nodes.own);
    if (node === (serving.node ?? this.tools.nodes.defaultMajor)) {
      return this.ready({ ...serving, node }, watch);
    }
    const archive = versions.bundleOf(build);
    if (archive === undefined) {
      throw new AppError(
        'deployFailed',
        `This version was not built for Node.js ${node}, and what was sent is not kept: deploy it again.`,
      );
    }
    const name = randomBytes(16).toString('hex');
    await this.build({ environmentId, name, archive, runtime, ...watch });
    return { ...serving, build: name, node };
  }

  /** Makes sure that the Node.js of a version is there. Throws AppError deployFailed or cancelled. */
  async ready(serving: Serving, watch: BuildWatch): Promise<Serving> {
    const { nodes } = this.tools;
    await nodes.ensure({ ...watch, major: serving.node ?? nodes.defaultMajor });
    return serving;
  }

  /** Keeps what serves and the versions before it, within the limits, and removes all else. */
  async sweep(environmentId: string, serving: string | undefined): Promise<void> {
    await this.tools.dependencies.settled();
    await this.versionsOf(environmentId).sweep(serving);
  }

  /** Removes what a runtime that was killed has left half made in the kept dependencies. */
  async cleanUp(): Promise<void> {
    await this.tools.dependencies.sweep();
  }

  async removeAll(environmentId: string): Promise<void> {
    await rm(this.rootOf(environmentId), { recursive: true, force: true });
  }

  /** Environments that have a folder, whether or not they still exist. */
  async listEnvironments(): Promise<string[]> {
    return readdir(this.tools.root);
  }

  private async make(request: BuildRequest): Promise<Built> {
    const { environmentId, name, archive, runtime, onProgress } = request;
    const { nodes, installer } = this.tools;
    const versions = this.versionsOf(environmentId);
    const folder = versions.folderOf(name);
    onProgress('Unpacking');
    await mkdir(this.homeOf(environmentId), { recursive: true });
    await unpackInto(archive, folder);
    const manifest = await readManifest(folder);
    const major = chooseNode({ runtime, engines: enginesOf(manifest) }, nodes.own);
    const target = await nodes.ensure({ ...request, major });
    onProgress('Installing dependencies');
    await installer.install({ ...request, folder, manifest, target });
    await versions.addBundle(name, archive);
    return { version: versionOf(manifest), node: major };
  }

  private versionsOf(environmentId: string): KeptVersions {
    return new KeptVersions(this.rootOf(environmentId), this.tools.limits);
  }

  private rootOf(environmentId: string): string {
    return path.join(this.tools.root, segment(environmentId));
  }
}

/** A folder appears under its name only when all of it is there. */
async function unpackInto(archive: string, folder: string): Promise<void> {
  const half = `${folder}.unpacking`;
  await mkdir(half, { recursive: true });
  await unpack(archive, half);
  await rename(half, folder);
}
