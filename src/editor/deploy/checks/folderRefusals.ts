import path from 'node:path';
import * as vscode from 'vscode';
import { folderFindings, type Whereabouts } from '../../../core/deploy/checks/folderFindings';
import type { Finding } from '../../../core/review/finding';
import type { Targets } from '../../targets';
import type { BundleReview } from './bundleReview';
import type { Decided, DeployOrder } from '../deployOrder';
import type { DeployRun } from '../deployRun';
import { refusal } from './findingList';
import type { FindingProblems } from './findingProblems';
import type { FolderCheck } from './folderCheck';
import { runningFindingOf } from './runningFinding';
import { askToSave } from './sendQuestion';

/** Says why a folder cannot be sent, with all else that would be in the way once it can be. */
export class FolderRefusals {
  constructor(
    private readonly targets: Targets,
    private readonly deploys: DeployRun,
    private readonly review: BundleReview,
    private readonly problems: FindingProblems,
  ) {}

  /**
   * Throws `preflightFailed`, with all of it in the Problems view by then; but where editors are not
   * saved, which may be what mends it, a person is asked to. Throws `cancelled`.
   */
  async settle(check: FolderCheck, order: DeployOrder): Promise<Decided> {
    const { folder } = order;
    const { unsaved } = check;
    const findings = await this.find(check, order);
    this.problems.show(folder, findings);
    const title = vscode.l10n.t('{0} cannot be deployed yet', path.basename(folder));
    if (!order.mayAsk || unsaved.length === 0) {
      throw refusal(title, folder, findings);
    }
    await askToSave(title, findings);
    return { findings: unsaved };
  }

  private find(
    { unsaved, ...check }: FolderCheck,
    { folder, argument: { variables, runtime }, signal }: DeployOrder,
  ): Promise<readonly Finding[]> {
    const told = { ...check, problems: [...unsaved, ...check.problems] };
    return folderFindings(told, {
      locate: () => this.locate(folder),
      review: async (bundle, there) => {
        const request = { ...there, bundle, variables, runtime, signal };
        return (await this.review.read(folder, request)).findings;
      },
    });
  }

  private async locate(folder: string): Promise<Whereabouts> {
    const target = await this.targets.boundTarget({ folder });
    const [{ status }, environment] = await Promise.all([
      this.deploys.look(target, undefined, {}),
      this.review.environmentOf(target),
    ]);
    return { target, environment, running: runningFindingOf(target, status) };
  }
}
