import * as vscode from 'vscode';
import type { Disposable } from '../../../core/base/disposable';
import { messageOf } from '../../../core/base/errors';
import type { Log } from '../../../core/base/log';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import type { Vault } from '../../../core/deploy/vault/vault';
import { collectCopies } from '../../../core/deploy/vault/vaultUpkeep';

/**
 * Lets go of copies that are too many, after each deploy, also one of which nobody knows how it
 * ended: what serves now is known then.
 */
export class KeptCopies implements Disposable {
  private readonly subscription: Disposable;

  constructor(
    private readonly records: DeploymentStore,
    private readonly vault: Vault,
    private readonly log: Log,
  ) {
    this.subscription = records.onDidChange(({ folder, kind, outcome }) => {
      if (kind === 'deploy' && outcome !== undefined) void this.collect(folder);
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async collect(folder: string): Promise<void> {
    try {
      const gone = await collectCopies(this.vault, folder, this.records.history(folder));
      if (gone.length > 0) {
        tell(gone.join(', '));
      }
    } catch (error) {
      this.log.warn(`deploy: old copies could not be removed: ${messageOf(error)}`);
    }
  }
}

function tell(names: string): void {
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      'The copy of {0}, which is deployed, is not kept any more: it is more than the setting {1} allows.',
      names,
      'flexservice.deploy.keptMegabytes',
    ),
  );
}
