import * as vscode from 'vscode';
import { runningDeploy } from '../../../core/deploy/checks/runningDeploy';
import type { ServiceChange, ServiceStore } from '../../../core/services/serviceStore';
import type { FolderStates } from '../../folderStates';
import type { FindingProblems } from './findingProblems';

/**
 * Takes out of the Problems view what is mended without a file being saved: a deploy that has ended,
 * a folder that is bound, an editor whose changes are taken back.
 */
export function dropMended(
  problems: FindingProblems,
  folders: FolderStates,
  services: ServiceStore,
): vscode.Disposable {
  const dropEnded = (change: ServiceChange) => {
    const status = change.kind === 'status' && services.knownStatus(change.key)?.status;
    if (!status || runningDeploy(status)) {
      return;
    }
    const ended = folders.boundTo(change.key.environmentId);
    problems.drop(({ folder, finding }) => finding.code === 'jobRunning' && folder === ended);
  };
  const dropBound = () => {
    const isBound = (one: string) =>
      folders.all.some(({ folder, binding }) => folder === one && binding.kind === 'bound');
    problems.drop(({ folder, finding }) => finding.code === 'notBound' && isBound(folder));
  };
  const dropReverted = ({ document }: vscode.TextDocumentChangeEvent) => {
    if (!document.isDirty) {
      const { fsPath } = document.uri;
      problems.drop(({ finding }) => finding.code === 'unsaved' && finding.file === fsPath);
    }
  };
  return vscode.Disposable.from(
    services.onDidChange(dropEnded),
    folders.onDidChange(dropBound),
    vscode.workspace.onDidChangeTextDocument(dropReverted),
  );
}
