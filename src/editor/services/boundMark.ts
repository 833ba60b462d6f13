import * as vscode from 'vscode';

const scheme = 'flexservice-environment';

/** Names an environment in the tree; the query says whether a folder of the window is bound to it. */
export function environmentUri(id: string, isBound: boolean): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${id}`, query: isBound ? 'bound' : '' });
}

/** Puts a dot at the right of the bound environment, where no long name can push it away. */
export class BoundMark implements vscode.FileDecorationProvider {
  register(): vscode.Disposable {
    return vscode.window.registerFileDecorationProvider(this);
  }

  provideFileDecoration({ scheme: given, query }: vscode.Uri): vscode.FileDecoration | undefined {
    return given === scheme && query === 'bound'
      ? new vscode.FileDecoration('●', vscode.l10n.t('A folder of this window is bound to it'))
      : undefined;
  }
}
