import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding, Fix } from '../../../core/review/finding';
import type { FixArgument } from '../../contributions';
import { forPerson } from '../../personalArgument';

export interface Shown {
  readonly folder: string;
  readonly finding: Finding;
}

/** What was found in folders, in the Problems view, and what mends it as quick fixes. */
export class FindingProblems implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('flexservice');
  private readonly shown = new Map<string, readonly Shown[]>();
  private readonly subscription = vscode.Disposable.from(
    this.diagnostics,
    vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, this, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    // What was said of a file may no longer hold; the next deploy looks again.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => this.forget(uri.fsPath)),
  );

  dispose(): void {
    this.subscription.dispose();
  }

  /** What no longer holds, whatever is done about the rest. */
  drop(isMended: (shown: Shown) => boolean): void {
    for (const [file, all] of this.shown) {
      const left = all.filter((one) => !isMended(one));
      if (left.length < all.length) this.set(file, left);
    }
  }

  /** In place of what was shown of the folder before. */
  show(folder: string, findings: readonly Finding[]): void {
    for (const [file, [first]] of this.shown) {
      if (first?.folder === folder) this.forget(file);
    }
    const fallback = path.join(folder, 'package.json');
    const byFile = Map.groupBy(findings, ({ file }) => file ?? fallback);
    for (const [file, found] of byFile) {
      const shown = found.map((finding) => ({ folder, finding }));
      this.set(file, shown);
    }
  }

  /** What can be mended in a folder, each once. */
  fixes(folder: string): readonly Fix[] {
    const all = [...this.shown.values()].flat().filter((one) => one.folder === folder);
    const byTitle = new Map(
      all.flatMap(({ finding: { fix } }) => (fix ? [[titleOf(fix), fix]] : [])),
    );
    return [...byTitle.values()];
  }

  provideCodeActions({ uri }: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const here = (this.shown.get(uri.fsPath) ?? []).filter(
      ({ finding }) => rangeOf(finding).intersection(range) !== undefined,
    );
    return here.flatMap(({ folder, finding: { fix } }) => (fix ? [actionOf(folder, fix)] : []));
  }

  private set(file: string, shown: readonly Shown[]): void {
    this.shown.set(file, shown);
    const told = shown.map(({ finding }) => toDiagnostic(finding));
    this.diagnostics.set(vscode.Uri.file(file), told);
  }

  private forget(file: string): void {
    this.shown.delete(file);
    this.diagnostics.delete(vscode.Uri.file(file));
  }
}

export function titleOf({ kind, name }: Fix): string {
  switch (kind) {
    case 'addDependency':
      return vscode.l10n.t('Install {0}', name);
    case 'moveDependency':
      return vscode.l10n.t('Move {0} to the Dependencies', name);
    case 'setVariable':
      return vscode.l10n.t('Deploy with {0}…', name);
    case 'setEngines':
      return vscode.l10n.t('Ask for Node.js {0}', name);
    case 'bindFolder':
      return vscode.l10n.t('Bind {0} to a Service', name);
    case 'followDeploy':
      return vscode.l10n.t('Follow the Deploy of {0}', name);
    case 'saveEditor':
      return vscode.l10n.t('Save {0}', name);
  }
}

function actionOf(folder: string, fix: Fix): vscode.CodeAction {
  const title = titleOf(fix);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  const argument: FixArgument = { folder, ...fix };
  action.command = { title, command: 'flexservice.deploy.fix', arguments: [forPerson(argument)] };
  return action;
}

function rangeOf({ line = 1 }: Finding): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
}

function toDiagnostic(finding: Finding): vscode.Diagnostic {
  const { severity, code } = finding;
  const level =
    severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(rangeOf(finding), placelessText(finding), level);
  diagnostic.source = 'Flex';
  diagnostic.code = code;
  return diagnostic;
}

/** Without `lib/a.js, line 3, `: the Problems view and the editor tell the place themselves. */
function placelessText({ message, line }: Finding): string {
  const [, rest] = message.split(new RegExp(`, line ${line}[,:] (.*)`, 's'));
  return rest === undefined ? message : rest.charAt(0).toUpperCase() + rest.slice(1);
}
