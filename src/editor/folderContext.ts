import path from 'node:path';
import * as vscode from 'vscode';
import { isStartedByF5 } from '../core/handlers/startedByF5';
import { contextKeys } from './contributions';
import type { FolderState } from './folderStates';
import { activeFolder } from './targets';

/** Tells `when` clauses what is known of the folders of the window. */
export async function tellFolders(
  states: readonly FolderState[],
  isSignedIn: boolean,
): Promise<void> {
  const flex = states.filter((state) => state.flex).map(({ folder }) => folder);
  await tell(contextKeys.foldersRead, true);
  await tell(contextKeys.signedIn, isSignedIn);
  await tell(contextKeys.flexFolder, flex.length > 0);
  await tell(
    contextKeys.manifests,
    flex.map((folder) => path.join(folder, 'package.json')),
  );
  await tell(
    contextKeys.bound,
    states.some(({ binding }) => binding.kind === 'bound'),
  );
  await tellF5(states);
}

/** Tells them whether F5 is ours, which goes with the active editor. */
export async function tellF5(states: readonly FolderState[]): Promise<void> {
  const folders = states.map(({ folder, flex }) => ({
    folder,
    flex,
    hasLaunch: hasLaunchConfiguration(folder),
  }));
  await tell(contextKeys.startedByF5, isStartedByF5(folders, activeFolder()));
}

async function tell(key: string, value: boolean | string[]): Promise<void> {
  await vscode.commands.executeCommand('setContext', key, value);
}

function hasLaunchConfiguration(folder: string): boolean {
  const launch = vscode.workspace.getConfiguration('launch', vscode.Uri.file(folder));
  return launch.get<readonly unknown[]>('configurations', []).length > 0;
}
