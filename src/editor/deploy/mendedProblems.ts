import * as vscode from 'vscode';
import { runningDeploy } from '../../core/deploy/runningDeploy';
import type { ServiceChange, ServiceStore } from '../../core/services/serviceStore';
import type { FolderStates } from '../folderStates';
import type { FindingProblems } from './findingProblems';

/** Takes out of the Problems view what no file tells: a job that has ended, a folder that is bound. */
export function dropMended(
  problems: FindingProblems,
  folders: FolderStates,
  services: ServiceStore,
): vscode.Disposable {
  const dropEnded = (change: ServiceChange) => {
    if (change.kind !== 'status') {
      return;
    }
    const folder = folders.boundTo(change.key.environmentId);
    const status = services.knownStatus(change.key)?.status;
    if (folder !== undefined && status && !runningDeploy(status)) {
      problems.drop(folder, 'jobRunning');
    }
  };
  const dropBound = () => {
    const bound = folders.all.filter(({ binding }) => binding.kind === 'bound');
    bound.forEach(({ folder }) => problems.drop(folder, 'notBound'));
  };
  return vscode.Disposable.from(services.onDidChange(dropEnded), folders.onDidChange(dropBound));
}
