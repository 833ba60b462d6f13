import * as vscode from 'vscode';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import { runningDeploy } from '../../../core/deploy/checks/runningDeploy';
import { withBundleCopy, type BundleCopy } from '../../../core/deploy/vault/bundleCopy';
import { findDeployment, readKeptDeployment } from '../../../core/deploy/vault/keptDeployment';
import type { Vault } from '../../../core/deploy/vault/vault';
import { pick, type Choice } from '../../ask';
import type { DeployAgainArgument } from '../../contributions';
import type { Call, CommandRunner } from '../../runCommand';
import type { Targets } from '../../targets';
import type { BundleReview } from '../checks/bundleReview';
import type { DeployRun, EndedDeploy } from '../deployRun';
import { iconOf, shortTime, wordOf } from '../history/deploymentText';
import { existing } from '../history/existingDeployment';
import { runningFindingOf } from '../checks/runningFinding';
import { chooseVersion } from '../version/versionChoice';

/**
 * Brings back what was sent earlier, under a new version, since an instance takes none twice. The
 * folder itself stays as it is.
 */
export class DeployAgain {
  constructor(
    private readonly targets: Targets,
    private readonly deploys: DeployRun,
    private readonly records: DeploymentStore,
    private readonly vault: Vault,
    private readonly review: BundleReview,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [runner.register('flexservice.deploy.again', (call) => this.again(call))];
  }

  private async again({ argument, byPerson }: Call<'flexservice.deploy.again'>) {
    const folder = await this.targets.folder(argument.folder);
    return this.deploys.run(folder, byPerson, async () => {
      const record = await this.find(folder, argument);
      const kept = await readKeptDeployment(this.vault, record);
      const mayAsk = byPerson || argument.confirm !== true;
      return withBundleCopy(kept, (copy) => this.deploy(record, copy, argument, mayAsk));
    });
  }

  private async deploy(
    record: DeploymentRecord,
    copy: BundleCopy,
    { bump, preid, confirm }: DeployAgainArgument,
    mayAsk: boolean,
  ): Promise<EndedDeploy> {
    const { folder, version: again, asCli = false, handlers, expected, commit } = record;
    const target = await this.targets.boundTarget({ folder });
    const argument = { bump, preid, confirm };
    const outlook = await this.deploys.look(target, again, argument);
    const running = runningFindingOf(target, outlook.status);
    const read = await this.review.read(folder, { target, bundle: copy.bundle });
    const findings = [...read.findings, ...(running ? [running] : [])];
    if ((await this.review.settle(folder, findings, mayAsk)) === 'follow') {
      return this.deploys.follow(target, runningDeploy(outlook.status)?.version);
    }
    const question = { target, local: again, again, bundle: copy.bundle, argument };
    const told = { ...question, handlers: Promise.resolve(handlers) };
    const { vault } = this;
    const chosen = await chooseVersion(told, outlook);
    await this.review.accept(folder, findings);
    return this.deploys.send(told, chosen, async (version) => {
      const bundle = { ...(await copy.setVersion(version)), asCli };
      const known = { again, handlers, expected, commit, hasLeaks: read.hasLeaks };
      return { target, bundle, ...known, vault };
    });
  }

  private async find(folder: string, named: DeployAgainArgument): Promise<DeploymentRecord> {
    const history = this.records.history(folder);
    const { version, job } = named;
    return existing(
      version === undefined && job === undefined
        ? await ask(history)
        : findDeployment(history, { version, job }),
    );
  }
}

/** Undefined where nothing that was sent is kept. */
async function ask(history: readonly DeploymentRecord[]): Promise<DeploymentRecord | undefined> {
  const kept = history.filter(({ copy }) => copy === 'kept');
  return kept.length === 0
    ? undefined
    : pick(kept.map(choiceOf), {
        title: vscode.l10n.t('Deploy Again as a New Version'),
        placeholder: vscode.l10n.t('Which version is to be sent again?'),
      });
}

function choiceOf(record: DeploymentRecord): Choice<DeploymentRecord> {
  const { version = '', outcome, environmentName, startedAt, note } = record;
  const facts = [wordOf(outcome), environmentName, shortTime(startedAt)];
  return {
    label: version,
    icon: iconOf(outcome),
    description: facts.join(' · '),
    detail: note,
    value: record,
  };
}
