import type { Disposable } from '../../../core/base/disposable';
import type { Deployments } from '../../../core/deploy/deployment';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import { tagVersion } from '../../../core/deploy/version/gitTag';
import type { OutputLog } from '../../outputLog';
import type { CommandRunner } from '../../runCommand';
import { settings } from '../../settings';

/** Tags versions in git once they are online, where a person wants that. */
export class GitTags implements Disposable {
  private readonly subscription: Disposable;

  constructor(
    deployments: Deployments,
    private readonly runner: CommandRunner,
    private readonly log: OutputLog,
  ) {
    this.subscription = deployments.onDidEnd((record) => void this.tag(record));
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** What was sent again is not what stands in the folder. */
  private async tag({ folder, kind, outcome, version, again }: DeploymentRecord): Promise<void> {
    const isFolder = kind === 'deploy' && again === undefined;
    const isWanted = isFolder && outcome === 'online' && settings.isGitTagWanted(folder);
    if (!isWanted || version === undefined) {
      return;
    }
    try {
      const tag = await tagVersion(folder, version);
      this.log.info(`deploy: git has ${version} as ${tag}`);
    } catch (error) {
      await this.runner.show(error, 'deploy');
    }
  }
}
