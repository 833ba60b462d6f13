import { access } from 'node:fs/promises';
import path from 'node:path';
import { readJson } from './packageFile';

/** npm's own order; the last is what it wrote about its last installation here. */
const lockFiles = ['npm-shrinkwrap.json', 'package-lock.json', 'node_modules/.package-lock.json'];

/**
 * Whether a package that the service does not declare is installed nevertheless, since another one
 * needs it: after the lock file, or without one after what is installed on this machine.
 */
export class LockedPackages {
  private constructor(
    private readonly folder: string,
    private readonly lock: object | undefined,
  ) {}

  static async read(folder: string): Promise<LockedPackages> {
    for (const name of lockFiles) {
      const lock = await readJson(path.join(folder, name));
      if (typeof lock === 'object' && lock !== null) {
        return new LockedPackages(folder, lock);
      }
    }
    return new LockedPackages(folder, undefined);
  }

  async isInstalled(name: string): Promise<boolean> {
    if (!this.lock) {
      return access(path.join(this.folder, 'node_modules', name)).then(
        () => true,
        () => false,
      );
    }
    const entry = this.entryOf(name);
    return (
      entry !== undefined &&
      !['dev', 'devOptional', 'extraneous'].some((one) => memberOf(entry, one))
    );
  }

  /** Undefined where none is locked. */
  versionOf(name: string): string | undefined {
    const version = memberOf(this.entryOf(name), 'version');
    return typeof version === 'string' ? version : undefined;
  }

  private entryOf(name: string): unknown {
    return (
      memberOf(memberOf(this.lock, 'packages'), `node_modules/${name}`) ??
      memberOf(memberOf(this.lock, 'dependencies'), name)
    );
  }
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}
