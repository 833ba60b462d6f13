import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { HandlerAnswer, HandlerRequest } from '../../core/handlers/localService';

const scheme = 'flexservice-answer';

/** Shows a handler's answer as a read-only document beside the code. */
export class AnswerDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly owned = new DisposableStore();
  private readonly texts = new Map<string, string>();

  constructor() {
    this.owned.add(this.changed);
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** One document a handler: asking again replaces the answer. */
  async show(request: HandlerRequest, answer: HandlerAnswer): Promise<void> {
    const event = request.event === undefined ? '' : `.${request.event}`;
    const uri = vscode.Uri.from({ scheme, path: `/${request.name}${event}.jsonc` });
    this.texts.set(uri.toString(), textOf(answer));
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus: true,
      viewColumn: vscode.ViewColumn.Beside,
    });
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function textOf({ status, durationMs, headers, body }: HandlerAnswer): string {
  const type = headers['content-type'] ?? vscode.l10n.t('no content type');
  const head = `// HTTP ${status}, ${Math.round(durationMs)} ms, ${type}`;
  return `${head}\n${typeof body === 'string' ? commented(body) : JSON.stringify(body, null, 2)}\n`;
}

/** Text that is not JSON, such as the SDK's HTML error pages, stays readable in a JSON document. */
function commented(text: string): string {
  return text
    .split('\n')
    .map((line) => `// ${line}`)
    .join('\n');
}
