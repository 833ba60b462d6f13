import * as vscode from 'vscode';
import type { AppError } from '../core/base/errors';
import { runForPerson } from './personalArgument';

/** All that keeps a deploy from starting, in one dialog, with a way to the file at fault. */
export async function showPreflight({ message, details }: AppError): Promise<void> {
  const { title } = details;
  const ways = waysOn(details);
  const picked = await vscode.window.showErrorMessage(
    typeof title === 'string' ? title : message,
    { modal: true, detail: message },
    ...ways.keys(),
  );
  await ways.get(picked ?? '')?.();
}

function waysOn({ folder, file, line, fixes, problems }: AppError['details']) {
  const ways = new Map<string, () => Thenable<unknown>>();
  const has = (kind: string) => Array.isArray(fixes) && fixes.includes(kind);
  const here = typeof folder === 'string' ? { folder } : {};
  if (has('bindFolder')) {
    const bind = () => runForPerson('flexservice.project.bind', here);
    ways.set(vscode.l10n.t('Bind Folder'), bind);
  }
  if (typeof file === 'string') {
    ways.set(vscode.l10n.t('Open File'), () => openAt(file, typeof line === 'number' ? line : 1));
  }
  if (Array.isArray(problems) && problems.length > 1) {
    const show = () => vscode.commands.executeCommand('workbench.actions.view.problems');
    ways.set(vscode.l10n.t('Show Problems'), show);
  }
  // Last, since the first one is what Enter does.
  if (has('followDeploy')) {
    const argument = { ...here, kind: 'followDeploy', name: 'it' } as const;
    const follow = () => runForPerson('flexservice.deploy.fix', argument);
    ways.set(vscode.l10n.t('Follow It'), follow);
  }
  return ways;
}

async function openAt(file: string, line: number): Promise<void> {
  const at = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    selection: new vscode.Range(at, at),
  });
}
