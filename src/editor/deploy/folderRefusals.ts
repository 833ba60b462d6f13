import path from 'node:path';
import * as vscode from 'vscode';
import type { AppError } from '../../core/base/errors';
import { folderFindings, type Whereabouts } from '../../core/deploy/folderFindings';
import type { Preflight } from '../../core/deploy/preflight';
import type { DeployArgument } from '../contributions';
import type { Targets } from '../targets';
import type { BundleReview } from './bundleReview';
import type { DeployRun } from './deployRun';
import { refusal } from './findingList';
import type { FindingProblems } from './findingProblems';
import { runningFindingOf } from './runningFinding';

/** Says why a folder cannot be sent, with all else that would be in the way once it can be. */
export class FolderRefusals {
  constructor(
    private readonly targets: Targets,
    private readonly deploys: DeployRun,
    private readonly review: BundleReview,
    private readonly problems: FindingProblems,
  ) {}

  /** Shown in the Problems view by then. Throws `cancelled`. */
  async of(
    folder: string,
    check: Preflight,
    { variables, runtime }: DeployArgument,
    signal?: AbortSignal,
  ): Promise<AppError> {
    const findings = await folderFindings(check, {
      locate: () => this.locate(folder),
      review: async (bundle, there) => {
        const request = { ...there, bundle, variables, runtime, signal };
        return (await this.review.read(folder, request)).findings;
      },
    });
    this.problems.show(folder, findings);
    const title = vscode.l10n.t('{0} cannot be deployed yet', path.basename(folder));
    return refusal(title, folder, findings);
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
