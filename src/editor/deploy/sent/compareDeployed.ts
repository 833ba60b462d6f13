import * as vscode from 'vscode';
import { AppError } from '../../../core/base/errors';
import { findDeployed } from '../../../core/deploy/history/deployedRecord';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import { findBundleChanges } from '../../../core/deploy/vault/bundleChanges';
import { findDeployment, readKeptDeployment } from '../../../core/deploy/vault/keptDeployment';
import type { Vault } from '../../../core/deploy/vault/vault';
import { planBundle } from '../../../core/project/bundlePlan';
import { environmentKeyOf } from '../../../core/services/environmentKey';
import type { ServiceStore } from '../../../core/services/serviceStore';
import type { DeploymentArgument } from '../../contributions';
import type { CommandRunner } from '../../runCommand';
import { settings } from '../../settings';
import type { Targets } from '../../targets';
import { existing } from '../history/existingDeployment';
import { showChanges } from './shownChanges';

/** Shows what of a folder differs from what is deployed, or from what was sent earlier. */
export class CompareDeployed {
  constructor(
    private readonly targets: Targets,
    private readonly services: ServiceStore,
    private readonly records: DeploymentStore,
    private readonly vault: Vault,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.deploy.compare', (call) => this.compare(call)),
      runner.register('flexservice.deploy.compareSent', (call) => this.compare(call)),
    ];
  }

  private async compare({ argument }: { argument: DeploymentArgument }) {
    const folder = await this.targets.folder(argument.folder);
    const record = await this.find(folder, argument);
    const sent = await readKeptDeployment(this.vault, record);
    // By the rules of then: else what they differ in would be told as a change.
    const asCli = record.asCli ?? settings.isCliBundleWanted(folder);
    const changes = await findBundleChanges(sent, await planBundle(folder, { asCli }));
    await showChanges(record, changes);
    return { version: record.version ?? '', changes };
  }

  private async find(folder: string, named: DeploymentArgument): Promise<DeploymentRecord> {
    const { version, job } = named;
    const history = this.records.history(folder);
    if (version === undefined && job === undefined) {
      return this.findDeployed(folder, history);
    }
    return existing(findDeployment(history, { version, job }));
  }

  private async findDeployed(
    folder: string,
    history: readonly DeploymentRecord[],
  ): Promise<DeploymentRecord> {
    const target = await this.targets.boundTarget({ folder });
    const { serviceName, environmentName, environmentId } = target;
    const status = await this.services.fetchStatus(environmentKeyOf(target));
    const { version } = status;
    if (!version) {
      throw new AppError(
        'notFound',
        vscode.l10n.t('Nothing is deployed to {0} · {1} yet.', serviceName, environmentName),
      );
    }
    const record = findDeployed(history, environmentId, status);
    if (!record) {
      throw new AppError(
        'notFound',
        vscode.l10n.t(
          '{0}, which {1} · {2} runs, was not sent from this folder on this machine: there is nothing to compare with.',
          version,
          serviceName,
          environmentName,
        ),
      );
    }
    return record;
  }
}
