import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../../core/base/disposable';
import { PromiseCache } from '../../core/base/promiseCache';
import { throwIfAborted } from '../../core/base/retry';
import type { LogCapture } from '../logs/logCapture';
import type { Npm } from '../npm/npm';
import { downloadNode } from './downloadNode';
import type { NodeInstallation } from './ownNode';
import { platformPackage } from './platformPackage';
import { nodeMajors } from './runtimeNames';

/** How a download tells what it does, and is no more waited for. */
export interface NodeWatch {
  readonly output: LogCapture;
  readonly onProgress: (words: string) => void;
  /** Ends the waiting; a download goes on for others that wait for it. */
  readonly signal: AbortSignal;
}

export interface NodeRequest extends NodeWatch {
  readonly major: number;
}

/**
 * The Node.js versions that services run on: the runtime's own one, and a cache of others that are
 * downloaded when they are first needed. Several runtimes may share the cache.
 */
export class NodeVersions implements Disposable {
  private readonly cache: string;
  private readonly downloads = new PromiseCache<void>();
  private readonly ending = new AbortController();

  constructor(
    cache: string,
    private readonly npm: Npm,
    readonly own: NodeInstallation | undefined,
  ) {
    this.cache = path.resolve(cache);
  }

  /** Makes a version available. Throws AppError deployFailed when it cannot be had, or cancelled. */
  async ensure(request: NodeRequest): Promise<NodeInstallation> {
    throwIfAborted(request.signal);
    const installation = this.find(request.major);
    if (!existsSync(installation.executable)) {
      await this.download(String(request.major), request);
    }
    return installation;
  }

  /**
   * The same with the headers of its very release, for native modules: a Node.js of the machine may
   * have come without. Throws AppError deployFailed when they cannot be had, or cancelled.
   */
  async withHeaders(installation: NodeInstallation, watch: NodeWatch): Promise<NodeInstallation> {
    const headers = this.folderOf(installation.version);
    if (!existsSync(headers)) {
      await this.download(installation.version, watch);
    }
    return { ...installation, headers };
  }

  /** The executable of a version, whether or not it is there yet. */
  executableOf(major?: number): string {
    return this.find(major ?? this.defaultMajor).executable;
  }

  /** What a build runs on that names no version: it is from before there was a choice. */
  get defaultMajor(): number {
    return this.own?.major ?? Math.max(...nodeMajors);
  }

  /** Ends every download. */
  dispose(): void {
    this.ending.abort();
  }

  private find(major: number): NodeInstallation {
    if (this.own?.major === major) {
      return this.own;
    }
    const folder = this.folderOf(String(major));
    const name = process.platform === 'win32' ? 'node.exe' : 'node';
    const executable = path.join(folder, 'bin', name);
    return { major, version: `${major}`, executable, headers: folder };
  }

  private folderOf(version: string): string {
    return path.join(this.cache, `${platformPackage()}-${version}`);
  }

  private async download(
    version: string,
    { output, onProgress, signal }: NodeWatch,
  ): Promise<void> {
    onProgress(`Downloading Node.js ${version}`);
    const { npm } = this;
    const folder = this.folderOf(version);
    const request = { version, folder, npm, output, signal: this.ending.signal };
    await this.downloads.get(version, () => downloadNode(request), signal);
    this.downloads.clear(version);
  }
}
