import type { Manifest } from '../project/manifest';

/** How a service is started on this machine: `node .` in its folder. */
export interface LaunchPlan {
  readonly folder: string;
  /** Where the service will answer; its own code decides (contract 7.1), we only know the default. */
  readonly port: number;
  readonly args: readonly ['.'];
  /** Added to the environment of the process. */
  readonly env: Record<string, string>;
}

/** The port that kinvey-flex-sdk listens on unless the service says otherwise; contract 7.1. */
export const defaultPort = 10_001;

export function planLaunch(manifest: Manifest, port: number = defaultPort): LaunchPlan {
  return {
    folder: manifest.folder,
    port,
    args: ['.'],
    // A leftover SDK_RECEIVER=tcp would open port 7000 on all interfaces instead (contract 7.4).
    env: { SDK_RECEIVER: 'http' },
  };
}
