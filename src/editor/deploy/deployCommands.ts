import type * as vscode from 'vscode';
import type { Call, CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import type { DeployRun } from './deployRun';
import { checkSaved } from './checks/folderCheck';
import type { FolderDeploy } from './folderDeploy';
import type { LastJob } from './watch/lastJob';

export interface DeployOptions {
  /** Ends the deploy, whatever it is at. */
  readonly signal?: AbortSignal;
  /** Whether editors are saved where nobody may be asked; else such a deploy is refused. */
  readonly saves: boolean;
}

/** Deploys a folder, and tells the outcome once. */
export class DeployCommands {
  constructor(
    private readonly targets: Targets,
    private readonly deploys: DeployRun,
    private readonly folders: FolderDeploy,
    private readonly lastJob: LastJob,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      // Who confirms in advance says yes to saving too, which VS Code does before it runs anything.
      runner.register('flexservice.deploy.deploy', (call) => this.deploy(call, { saves: true })),
      runner.register('flexservice.deploy.job', (call) => this.lastJob.show(call)),
    ];
  }

  /** As the command does. A person is asked before an editor is saved. */
  async deploy(
    { argument, byPerson }: Call<'flexservice.deploy.deploy'>,
    { signal, saves }: DeployOptions,
  ) {
    const folder = await this.targets.folder(argument.folder);
    const mayAsk = byPerson || argument.confirm !== true;
    return this.deploys.run(folder, byPerson, async () => {
      const findings = saves && !mayAsk ? (await checkSaved(folder, [])).unsaved : [];
      return this.folders.deploy({ folder, argument, mayAsk, signal }, { findings });
    });
  }
}
