import * as vscode from 'vscode';

/** How a recycle or an update failed, whoever watched it; `name` says of what. */
export function notBackText(name: string, reason = ''): string {
  return vscode.l10n.t('{0} did not come back: {1}', name, reason);
}

/** How an update of variables or of the Node.js ended well. */
export function updatedText(name: string): string {
  return vscode.l10n.t('{0} was updated and is online.', name);
}
