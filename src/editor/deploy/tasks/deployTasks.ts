import path from 'node:path';
import * as vscode from 'vscode';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import type { RunningDeployments } from '../../../core/deploy/watch/runningDeployments';
import type { Vault } from '../../../core/deploy/vault/vault';
import { startupMatcher, taskType, type DeployArgument } from '../../contributions';
import { flexFolders } from '../../targets';
import { DeployTerminal, type RunDeploy } from './deployTerminal';
import type { FailureProblems } from '../failure/failureProblems';

/** A task of tasks.json: the deploy command's argument, given once and for all. */
interface DeployDefinition extends vscode.TaskDefinition, DeployArgument {
  readonly task: 'deploy';
}

/** `flexservice: deploy` among the tasks of each folder that is a Flex service. */
export class DeployTasks implements vscode.TaskProvider {
  constructor(
    private readonly deploy: RunDeploy,
    private readonly records: DeploymentStore,
    private readonly running: RunningDeployments,
    private readonly vault: Vault,
    private readonly problems: FailureProblems,
  ) {}

  register(): vscode.Disposable {
    return vscode.tasks.registerTaskProvider(taskType, this);
  }

  async provideTasks(): Promise<vscode.Task[]> {
    const flex = new Set(await flexFolders());
    const folders = vscode.workspace.workspaceFolders ?? [];
    return folders
      .filter(({ uri }) => flex.has(uri.fsPath))
      .map((folder) => this.taskOf({ type: taskType, task: 'deploy' }, folder));
  }

  resolveTask({ definition, scope }: vscode.Task): vscode.Task | undefined {
    return isDeploy(definition) ? this.taskOf(definition, scope) : undefined;
  }

  private taskOf(definition: DeployDefinition, scope: vscode.Task['scope']): vscode.Task {
    const execution = new vscode.CustomExecution((resolved) => {
      const argument = argumentOf(resolved as DeployDefinition, scope);
      const { deploy, records, running, vault, problems } = this;
      return Promise.resolve(
        new DeployTerminal(deploy, argument, records, running, vault, problems),
      );
    });
    const where = scope ?? vscode.TaskScope.Workspace;
    return new vscode.Task(definition, where, 'deploy', taskType, execution, startupMatcher);
  }
}

function isDeploy(definition: vscode.TaskDefinition): definition is DeployDefinition {
  return definition.task === 'deploy';
}

/** A folder is relative to the one that the task belongs to. */
function argumentOf(
  { folder = '', bump, preid, variables, runtime, confirm }: DeployDefinition,
  scope: vscode.Task['scope'],
): DeployArgument & { folder: string } {
  const first = vscode.workspace.workspaceFolders?.[0];
  const base = typeof scope === 'object' ? scope : first;
  const absolute = path.resolve(base?.uri.fsPath ?? '', folder);
  return { folder: absolute, bump, preid, variables, runtime, confirm };
}
