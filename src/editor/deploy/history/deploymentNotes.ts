import * as vscode from 'vscode';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import { findDeployment } from '../../../core/deploy/vault/keptDeployment';
import { input } from '../../ask';
import type { Call, CommandRunner } from '../../runCommand';
import type { Targets } from '../../targets';
import { existing } from './existingDeployment';

/** What a person writes about a deployment. */
export class DeploymentNotes {
  constructor(
    private readonly targets: Targets,
    private readonly records: DeploymentStore,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [runner.register('flexservice.deploy.note', (call) => this.write(call))];
  }

  private async write({ argument }: Call<'flexservice.deploy.note'>) {
    const folder = await this.targets.folder(argument.folder);
    const record = existing(findDeployment(this.records.history(folder), argument));
    const version = record.version ?? '';
    const note =
      argument.note ??
      (await input({
        title: vscode.l10n.t('Note on {0}', version),
        prompt: vscode.l10n.t('Shown in the Deployments view; empty takes it away'),
        value: record.note,
      }));
    await this.records.setNote(record, note.trim());
    return { version, note: note.trim() };
  }
}
