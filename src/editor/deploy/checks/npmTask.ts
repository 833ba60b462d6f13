import * as vscode from 'vscode';
import { AppError } from '../../../core/base/errors';
import { npmRequest } from '../../../core/review/sources/npmRequest';

/**
 * Makes a package one of the dependencies, in a terminal; from the devDependencies it is moved.
 * Throws `invalidInput` for what is no package, `rejected` where npm fails.
 */
export async function installPackage(folder: string, name: string): Promise<void> {
  const words = await npmRequest(folder, name);
  if (!words) {
    throw new AppError('invalidInput', vscode.l10n.t('{0} is not the name of a package.', name));
  }
  const title = vscode.l10n.t('npm install {0}', name);
  // A range may hold what a shell takes for something else, such as `^` and `>`.
  const quoted = words.map((value) => ({ value, quoting: vscode.ShellQuoting.Strong }));
  const execution = new vscode.ShellExecution('npm', quoted, { cwd: folder });
  const task = new vscode.Task(
    { type: 'flexservice.npm' },
    vscode.TaskScope.Workspace,
    title,
    'Flex',
    execution,
  );
  const code = await exitCodeOf(task);
  if (code !== 0) {
    throw new AppError(
      'rejected',
      vscode.l10n.t('npm did not install {0}: see its terminal.', name),
    );
  }
}

/** Listens before it begins: a task may end at once. */
async function exitCodeOf(task: vscode.Task): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name === task.name) {
        subscription.dispose();
        resolve(exitCode);
      }
    });
    vscode.tasks.executeTask(task).then(undefined, reject);
  });
}
