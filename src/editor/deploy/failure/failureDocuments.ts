import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../../core/base/errors';
import { DisposableStore } from '../../../core/base/disposable';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import { readFailureFrames } from '../../../core/deploy/watch/failureFrames';
import { isNamed } from '../../../core/deploy/vault/keptDeployment';
import type { Vault } from '../../../core/deploy/vault/vault';
import type { StartupError } from '../../../core/logs/startupError';
import { failureScheme, type DeploymentArgument } from '../../contributions';
import type { Call, CommandRunner } from '../../runCommand';
import type { Targets } from '../../targets';
import { failureText, frameRange } from './failureText';
import { sourceUri } from '../sent/sourceUri';

interface Failure {
  readonly record: DeploymentRecord;
  readonly error: StartupError;
}

/** Shows why a version did not start, its stack linked to the files that were sent. */
export class FailureDocuments
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable
{
  private readonly owned = new DisposableStore();

  constructor(
    private readonly targets: Targets,
    private readonly records: DeploymentStore,
    private readonly vault: Vault,
  ) {
    const { owned } = this;
    owned.add(vscode.workspace.registerTextDocumentContentProvider(failureScheme, this));
    owned.add(vscode.languages.registerDocumentLinkProvider({ scheme: failureScheme }, this));
  }

  dispose(): void {
    this.owned.dispose();
  }

  register(runner: CommandRunner): vscode.Disposable[] {
    return [runner.register('flexservice.deploy.failure', (call) => this.show(call))];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { record, error } = this.failureOf(argumentOf(uri));
    return failureText(record, error, await readFailureFrames(this.vault, record));
  }

  async provideDocumentLinks({ uri }: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const { record, error } = this.failureOf(argumentOf(uri));
    const frames = await readFailureFrames(this.vault, record);
    return frames.flatMap((frame, index) => {
      const { source } = frame;
      return source
        ? new vscode.DocumentLink(
            frameRange(error, index, frame),
            sourceUri(record, source).with({ fragment: `L${source.line},${source.column}` }),
          )
        : [];
    });
  }

  private async show({ argument }: Call<'flexservice.deploy.failure'>) {
    const folder = await this.targets.folder(argument.folder);
    const { record, error } = this.failureOf({ ...argument, folder });
    const { version, job } = record;
    const uri = vscode.Uri.from({
      scheme: failureScheme,
      path: `/${record.serviceName} ${version ?? ''}.log`,
      query: JSON.stringify({ folder, version, job }),
    });
    await vscode.window.showTextDocument(uri, { preview: true });
    const frames = await readFailureFrames(this.vault, record);
    const stack = frames.map(({ text, source }) => ({
      text,
      path: source?.path,
      line: source?.line,
    }));
    return { ...error, stack };
  }

  private failureOf({ folder = '', ...named }: DeploymentArgument): Failure {
    const record = this.records
      .history(folder)
      .find((one) => one.startupError !== undefined && isNamed(one, named));
    if (!record?.startupError) {
      const text = vscode.l10n.t('{0} has no such startup error.', path.basename(folder));
      throw new AppError('notFound', text);
    }
    return { record, error: record.startupError };
  }
}

function argumentOf({ query }: vscode.Uri): DeploymentArgument {
  return JSON.parse(query) as DeploymentArgument;
}
