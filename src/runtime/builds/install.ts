import { readdir } from 'node:fs/promises';
import { AppError } from '../../core/base/errors';
import type { LogCapture } from '../logs/logCapture';
import type { Metrics } from '../metrics/metrics';
import type { NodeVersions } from '../nodejs/nodeVersions';
import type { NodeInstallation } from '../nodejs/ownNode';
import type { Npm, NpmEnd } from '../npm/npm';
import { readDependencySet, type DependencySet } from './dependencySet';
import type { DependencyStore } from './dependencyStore';
import type { ServiceManifest } from './serviceManifest';

export interface InstallRequest {
  readonly folder: string;
  readonly manifest: ServiceManifest;
  /** The Node.js that the service will run on. */
  readonly target: NodeInstallation;
  readonly output: LogCapture;
  readonly onProgress: (words: string) => void;
  readonly signal: AbortSignal;
}

/** Puts the production dependencies of a service into its folder: kept ones, or by npm. */
export class Installer {
  constructor(
    private readonly npm: Npm,
    private readonly nodes: NodeVersions,
    private readonly store: DependencyStore,
    private readonly metrics: Metrics,
  ) {}

  /** Throws AppError deployFailed with npm's own reason, or cancelled. */
  async install(request: InstallRequest): Promise<void> {
    const { folder, manifest, target, output } = request;
    const set = await readDependencySet(folder, manifest, target.major);
    if (set.isEmpty) {
      return;
    }
    const installedAt = await this.store.take(set, folder);
    if (installedAt === undefined) {
      await this.installAnew(request, set);
      return;
    }
    output.note('The dependencies are unchanged and not installed again.');
    this.metrics.dependenciesReady('reused');
    this.store.keep(set, folder, installedAt);
  }

  private async installAnew(request: InstallRequest, set: DependencySet): Promise<void> {
    const { folder } = request;
    const before = await namesIn(folder);
    await this.runNpm(request, set);
    this.metrics.dependenciesReady('installed');
    // A package that writes into the project itself must be installed each time.
    if ((await namesIn(folder)) === before) {
      this.store.keep(set, folder, Date.now());
    }
  }

  /** `npm ci` where a lock file allows it. */
  private async runNpm(request: InstallRequest, { isLocked }: DependencySet): Promise<void> {
    const clean = isLocked ? await this.runOnce('ci', request) : undefined;
    if (clean && !clean.ok && clean.code !== outOfSync) {
      throw failed('ci', clean);
    }
    if (clean?.ok) {
      return;
    }
    if (clean) {
      request.output.note('The lock file does not fit package.json: npm installs without it.');
    }
    const end = await this.runOnce('install', request);
    if (!end.ok) {
      throw failed('install', end);
    }
  }

  /** A Node.js without headers gets them only where a module needs them, since all of Node.js comes with them. */
  private async runOnce(command: string, request: InstallRequest): Promise<NpmEnd> {
    const args = [command, '--omit=dev'];
    const end = await this.npm.run({ ...request, args });
    if (end.ok || !end.lacksHeaders || request.target.headers !== undefined) {
      return end;
    }
    request.output.note(
      'A native module needs the headers of Node.js: npm is run again with them.',
    );
    const target = await this.nodes.withHeaders(request.target, request);
    request.onProgress('Installing dependencies');
    return this.npm.run({ ...request, target, args });
  }
}

/** npm's code when `npm ci` finds that the lock file and package.json differ. */
const outOfSync = 'EUSAGE';

function failed(command: string, { reason }: NpmEnd): AppError {
  return new AppError('deployFailed', `npm ${command} failed: ${reason}`);
}

async function namesIn(folder: string): Promise<string> {
  const installed = ['node_modules', 'package-lock.json'];
  const names = (await readdir(folder)).filter((name) => !installed.includes(name));
  return names.sort().join('/');
}
