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

export interface NodeRequest {
  readonly major: number;
  readonly output: LogCapture;
  readonly onProgress: (words: string) => void;
  /** Ends the waiting; a download goes on for others that wait for it. */
  readonly signal: AbortSignal;
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
      request.onProgress(`Downloading Node.js ${request.major}`);
      const download = () => this.download(request);
      await this.downloads.get(String(request.major), download, request.signal);
      this.downloads.clear(String(request.major));
    }
    return installation;
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
    const folder = path.join(this.cache, `${platformPackage()}-${major}`);
    const name = process.platform === 'win32' ? 'node.exe' : 'node';
    const executable = path.join(folder, 'bin', name);
    return { major, version: `${major}`, executable, headers: folder };
  }

  private async download({ major, output }: NodeRequest): Promise<void> {
    const folder = path.join(this.cache, `${platformPackage()}-${major}`);
    await downloadNode({ major, folder, npm: this.npm, output, signal: this.ending.signal });
  }
}
