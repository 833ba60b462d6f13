import * as vscode from 'vscode';

/** Our settings, typed. Their defaults stand in package.json only. */
export const settings = {
  isKeychainWanted: () => read('accounts.secretStore') === 'keychain',
  isCliBundleWanted: (folder: string) => read('deploy.cliCompatibleBundle', folder) === true,
  isGitTagWanted: (folder: string) => read('deploy.gitTag', folder) === true,
  isStartCheckWanted: (folder: string) => read('deploy.startCheck', folder) === true,
  keptBundleBytes: () => Number(read('deploy.keptMegabytes')) * 1024 * 1024,
  handlersPort: (folder: string) => Number(read('handlers.port', folder)),
  handlersStartMs: (folder: string) => Number(read('handlers.startSeconds', folder)) * 1000,
  logsLookBackMs: () => Number(read('logs.lookBackMinutes')) * 60_000,
  runtimeUrl: () => String(read('runtime.url')),
  runtimePort: () => Number(read('runtime.port')),
  runtimeDataDirectory: () => String(read('runtime.dataDirectory')),
};

function read(key: string, folder?: string): unknown {
  const scope = folder === undefined ? undefined : vscode.Uri.file(folder);
  return vscode.workspace.getConfiguration('flexservice', scope).get<unknown>(key);
}
