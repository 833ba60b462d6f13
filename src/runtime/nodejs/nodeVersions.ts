import path from 'node:path';
import { findOwnNode } from './ownNode';
import { platformPackage } from './platformPackage';

/** The Node.js versions that services run on: the runtime's own one, and a cache of others. */
export class NodeVersions {
  readonly own = findOwnNode();

  private readonly cache: string;

  constructor(cache: string) {
    this.cache = path.resolve(cache);
  }

  /** The executable of a major version, whether or not it is there yet; without one, the own. */
  executableOf(major = this.own?.major): string {
    if (this.own && this.own.major === major) {
      return this.own.executable;
    }
    const executable = process.platform === 'win32' ? 'node.exe' : 'node';
    return path.join(this.folderOf(major ?? 0), 'bin', executable);
  }

  private folderOf(major: number): string {
    return path.join(this.cache, `${platformPackage()}-${major}`);
  }
}
