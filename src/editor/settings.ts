import * as vscode from 'vscode';

/** Our settings, typed. Their defaults stand in package.json only. */
export const settings = {
  secretStore: () => read<'editor' | 'keychain'>('accounts.secretStore'),
  handlersPort: (folder?: string) => read<number>('handlers.port', folder),
  handlersStartMs: (folder?: string) => read<number>('handlers.startSeconds', folder) * 1000,
  logsLookBackMs: () => read<number>('logs.lookBackMinutes') * 60_000,
  runtimeUrl: () => read<string>('runtime.url'),
  runtimePort: () => read<number>('runtime.port'),
  runtimeDataDirectory: () => read<string>('runtime.dataDirectory'),
};

function read<T>(key: string, folder?: string): T {
  const scope = folder === undefined ? undefined : vscode.Uri.file(folder);
  const value = vscode.workspace.getConfiguration('flexservice', scope).get<T>(key);
  if (value === undefined) {
    throw new Error(`package.json declares no setting flexservice.${key}`);
  }
  return value;
}
