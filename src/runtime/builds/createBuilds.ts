import type { Log } from '../../core/base/log';
import type { DataFolder } from '../dataFolder';
import type { Metrics } from '../metrics/metrics';
import { NodeVersions } from '../nodejs/nodeVersions';
import { findOwnNode } from '../nodejs/ownNode';
import { Npm } from '../npm/npm';
import type { ProcessTable } from '../replicas/processTable';
import { Builds } from './build';
import { DependencyStore, type DependencyLimits } from './dependencyStore';
import { Installer } from './install';
import type { VersionLimits } from './keptVersions';

export interface BuildOptions {
  readonly folder: DataFolder;
  /** Where npm keeps what it downloads; absent: inside the data folder. */
  readonly npmCache?: string;
  /** Where the Node.js versions of services lie; absent: inside the data folder. */
  readonly nodeCache?: string;
  readonly processes: ProcessTable;
  readonly metrics: Metrics;
  readonly limits: DependencyLimits & VersionLimits;
  readonly log: Log;
}

/** Everything that makes bundles into services. Whoever calls it disposes the Node.js versions. */
export function createBuilds(options: BuildOptions): { builds: Builds; nodes: NodeVersions } {
  const { folder, processes, metrics, limits, log } = options;
  const own = findOwnNode();
  const npmFolders = { npmCache: options.npmCache ?? folder.npmCache, npmHome: folder.npmHome };
  const npm = new Npm(npmFolders, processes, own);
  const nodes = new NodeVersions(options.nodeCache ?? folder.nodeCache, npm, own);
  const dependencies = new DependencyStore(folder.dependencies, limits, log);
  const installer = new Installer(npm, nodes, dependencies, metrics);
  const root = folder.services;
  const builds = new Builds({ root, installer, dependencies, nodes, metrics, limits });
  return { builds, nodes };
}
