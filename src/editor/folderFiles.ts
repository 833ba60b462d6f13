import * as vscode from 'vscode';
import { localFolders } from './targets';

/**
 * Calls back whenever such a file comes, changes or goes right in a folder of the window: no search
 * through trees.
 */
export function watchFolderFiles(name: string, onChange: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(`**/${name}`);
  const read = ({ fsPath }: vscode.Uri) => {
    const isInFolder = localFolders().some(
      (folder) => fsPath === vscode.Uri.joinPath(vscode.Uri.file(folder), name).fsPath,
    );
    if (isInFolder) {
      onChange();
    }
  };
  watcher.onDidCreate(read);
  watcher.onDidChange(read);
  watcher.onDidDelete(read);
  return watcher;
}
