import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/base/disposable';
import { isInside } from '../../../core/base/isInside';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import { readFailureFrames, type FrameSource } from '../../../core/deploy/watch/failureFrames';
import type { Vault } from '../../../core/deploy/vault/vault';
import { sourceUri } from '../sent/sourceUri';

/** Shows in the Problems view where the last deployment of a folder failed, until the next one. */
export class FailureProblems implements vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly diagnostics = this.owned.add(
    vscode.languages.createDiagnosticCollection('flexservice.startup'),
  );

  private readonly toldElsewhere = new Set<string>();
  /** What was looked at last, by its folder: a note that is written changes nothing of it. */
  private readonly seen = new Map<string, string>();

  constructor(
    private readonly records: DeploymentStore,
    private readonly vault: Vault,
  ) {
    this.owned.add(records.onDidChange((record) => void this.show(record)));
    this.owned.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.diagnostics.delete(uri)),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** Until it is disposed, somebody else shows what fails of this folder: a task's problem matcher. */
  leave(folder: string): vscode.Disposable {
    this.toldElsewhere.add(folder);
    return new vscode.Disposable(() => this.toldElsewhere.delete(folder));
  }

  private async show(record: DeploymentRecord): Promise<void> {
    const { folder, startedAt, outcome } = record;
    const what = `${startedAt} ${outcome ?? ''}`;
    if (!this.isLast(record) || this.seen.get(folder) === what) {
      return;
    }
    this.seen.set(folder, what);
    const isTold = this.toldElsewhere.has(folder);
    const frames = await readFailureFrames(this.vault, record);
    const sources = frames.flatMap(({ source }) => source ?? []);
    if (!this.isLast(record)) {
      return;
    }
    this.clear(folder);
    const first = sources.find(({ at }) => at === 'folder');
    if (first && !isTold) {
      this.diagnostics.set(sourceUri(record, first), [toDiagnostic(record, first, sources)]);
    }
  }

  private isLast({ folder, startedAt }: DeploymentRecord): boolean {
    return this.records.last(folder)?.startedAt === startedAt;
  }

  private clear(folder: string): void {
    this.diagnostics.forEach((uri) => {
      if (isInside(folder, uri.fsPath)) this.diagnostics.delete(uri);
    });
  }
}

function toDiagnostic(
  record: DeploymentRecord,
  first: FrameSource,
  sources: readonly FrameSource[],
): vscode.Diagnostic {
  const { message = '', count = 1 } = record.startupError ?? {};
  const times = count === 1 ? message : vscode.l10n.t('{0} ({1} times)', message, count);
  const { version = '', environmentName } = record;
  const text = vscode.l10n.t('{0} did not start in {1}: {2}', version, environmentName, times);
  const diagnostic = new vscode.Diagnostic(rangeOf(first), text, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Flex';
  diagnostic.code = 'startupError';
  diagnostic.relatedInformation = sources
    .filter((source) => source !== first)
    .map((source) => {
      const location = new vscode.Location(sourceUri(record, source), rangeOf(source));
      return new vscode.DiagnosticRelatedInformation(location, vscode.l10n.t('called from here'));
    });
  return diagnostic;
}

function rangeOf({ line, column }: FrameSource): vscode.Range {
  return new vscode.Range(line - 1, column - 1, line - 1, Number.MAX_SAFE_INTEGER);
}
