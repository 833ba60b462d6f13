import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../core/base/errors';
import type { Deployments, DeployResult } from '../../core/deploy/deployment';
import type { DeploymentStore } from '../../core/deploy/deploymentStore';
import type { ReviewRequest } from '../../core/review/deployReview';
import { checkFolder, type Preflight } from '../../core/deploy/preflight';
import type { Vault } from '../../core/deploy/vault/vault';
import { cloudVersion, resolveBump } from '../../core/deploy/version';
import type { Manifest } from '../../core/project/manifest';
import type { BundlePlan } from '../../core/project/bundlePlan';
import { readGitCommit, type GitCommit } from '../../core/project/gitCommit';
import type { Target } from '../../core/project/targetResolver';
import { environmentKeyOf } from '../../core/services/environmentKey';
import type { ServiceStore } from '../../core/services/serviceStore';
import { confirm } from '../ask';
import type { DeployArgument } from '../contributions';
import type { JobProgress } from '../jobProgress';
import { runForPerson, type Call, type CommandRunner } from '../runCommand';
import { settings } from '../settings';
import type { Targets } from '../targets';
import type { BundleReview } from './bundleReview';
import type { JobResumption } from './jobResumption';
import type { LastJob } from './lastJob';
import { askVersion } from './versionPick';

interface Checked {
  manifest: Manifest;
  bundle: BundlePlan;
}

/** What there is to know before it is sent. */
interface Choice {
  version: string;
  hasLeaks: boolean;
  commit?: GitCommit;
}

/** Deploys a folder: checks, asks for the version, sends, watches, tells the outcome once. */
export class DeployCommands {
  private readonly busy = new Set<string>();

  constructor(
    private readonly targets: Targets,
    private readonly services: ServiceStore,
    private readonly deployments: Deployments,
    private readonly records: DeploymentStore,
    private readonly resumption: JobResumption,
    private readonly review: BundleReview,
    private readonly progress: JobProgress,
    private readonly lastJob: LastJob,
    private readonly vault: Vault,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.deploy.deploy', (call) => this.deploy(call)),
      runner.register('flexservice.deploy.job', (call) => this.lastJob.show(call)),
    ];
  }

  private async deploy({ argument, byPerson }: Call<'flexservice.deploy.deploy'>) {
    const folder = await this.targets.folder(argument.folder);
    this.progress.ensureIdle(folder, path.basename(folder));
    if (this.busy.has(folder)) {
      throw new AppError(
        'rejected',
        vscode.l10n.t('{0} is about to be deployed already.', path.basename(folder)),
      );
    }
    this.busy.add(folder);
    try {
      const mayAsk = byPerson || argument.confirm !== true;
      const result = await this.deployFolder(folder, argument, mayAsk);
      if (byPerson) {
        void this.tell(folder, result);
      }
      const { version, job, outcome, status, durationMs } = result;
      return { version, job, outcome, status, durationMs };
    } finally {
      this.busy.delete(folder);
    }
  }

  private async deployFolder(
    folder: string,
    argument: DeployArgument,
    mayAsk: boolean,
  ): Promise<DeployResult> {
    await this.resumption.settle(folder);
    this.progress.ensureIdle(folder, path.basename(folder));
    await saveEditors(folder);
    const { manifest, bundle } = await this.check(folder);
    const target = await this.targets.boundTarget({ folder });
    const { variables, runtime } = argument;
    const { version, hasLeaks, commit } = await this.whileReviewed(
      { target, bundle, variables, runtime },
      mayAsk,
      async () => this.chooseVersion(target, manifest, bundle, argument),
    );
    return this.progress.run(
      vscode.l10n.t('Deploy {0} {1} to {2}', target.serviceName, version, target.environmentName),
      folder,
      (signal, onEvent) =>
        this.deployments.deploy({
          target,
          bundle,
          version,
          currentVersion: manifest.version,
          variables,
          runtime,
          commit,
          vault: this.vault,
          hasLeaks,
          signal,
          onEvent,
        }),
    );
  }

  /** The bundle is read while a person thinks about the version. */
  private async whileReviewed(
    request: ReviewRequest,
    mayAsk: boolean,
    choose: () => Promise<string>,
  ): Promise<Choice> {
    const { folder } = request.target;
    const abort = new AbortController();
    const commit = readGitCommit(folder);
    const reading = this.review.read({ ...request, signal: abort.signal });
    reading.catch(() => undefined);
    try {
      const version = await choose();
      const { findings, hasLeaks } = await reading;
      await this.review.settle(folder, findings, mayAsk);
      return { version, hasLeaks, commit: await commit };
    } finally {
      abort.abort();
    }
  }

  /** Everything that can be checked without the instance, told all at once. */
  private async check(folder: string): Promise<Checked> {
    const { problems, manifest, bundle } = await checkFolder(folder, {
      asCli: settings.isCliBundleWanted(folder),
    });
    if (problems.length > 0 || !manifest || !bundle) {
      throw preflightFailed(folder, problems);
    }
    return { manifest, bundle };
  }

  private async chooseVersion(
    target: Target,
    manifest: Manifest,
    bundle: BundlePlan,
    { bump, confirm: isConfirmed }: DeployArgument,
  ): Promise<string> {
    const status = await this.services.fetchStatus(environmentKeyOf(target));
    const cloud = cloudVersion(status);
    if (bump === undefined) {
      return askVersion({ target, local: manifest.version, status, bundle });
    }
    const version = resolveBump(bump, manifest.version, cloud);
    if (isConfirmed !== true) {
      await confirm(
        vscode.l10n.t(
          'Deploy {0} {1} to {2}?',
          target.serviceName,
          version,
          target.environmentName,
        ),
        vscode.l10n.t('{0} now serves there.', cloud ?? vscode.l10n.t('Nothing')),
        vscode.l10n.t('Deploy'),
      );
    }
    return version;
  }

  /** The one notification at the end. */
  private async tell(folder: string, result: DeployResult): Promise<void> {
    const showLogs = vscode.l10n.t('Show Service Logs');
    const record = this.records.last(folder);
    const target = `${record?.serviceName ?? path.basename(folder)} · ${record?.environmentName ?? ''}`;
    const picked =
      result.outcome === 'failed'
        ? await vscode.window.showErrorMessage(failureText(target, result), showLogs)
        : await vscode.window.showInformationMessage(successText(target, result), showLogs);
    if (picked === showLogs) {
      await runForPerson('flexservice.logs.follow', { folder });
    }
  }
}

function successText(target: string, { outcome, version, durationMs }: DeployResult): string {
  return outcome === 'online'
    ? vscode.l10n.t(
        '{0}: {1} is online, after {2} s.',
        target,
        version,
        Math.round(durationMs / 1000),
      )
    : vscode.l10n.t(
        '{0}: no longer watching {1}. The instance goes on with the deploy; the status bar will tell.',
        target,
        version,
      );
}

function failureText(target: string, { version, reason, startupError }: DeployResult): string {
  const why = startupError?.message ?? reason ?? '';
  return vscode.l10n.t('{0}: {1} did not come online. {2}', target, version, why);
}

async function saveEditors(folder: string): Promise<void> {
  const dirty = vscode.workspace.textDocuments.filter(
    ({ uri, isDirty }) =>
      isDirty && uri.scheme === 'file' && !path.relative(folder, uri.fsPath).startsWith('..'),
  );
  for (const document of dirty) {
    if (!(await document.save())) {
      const file = path.relative(folder, document.uri.fsPath);
      throw new AppError('preflightFailed', vscode.l10n.t('{0} could not be saved.', file));
    }
  }
}

function preflightFailed(folder: string, problems: Preflight['problems']): AppError {
  const inFile = problems.find(({ file }) => file !== undefined);
  const title = vscode.l10n.t('{0} cannot be deployed yet', path.basename(folder));
  const unbound = problems.some(({ code }) => code === 'notBound');
  return new AppError('preflightFailed', problems.map(({ message }) => `• ${message}`).join('\n'), {
    details: { title, folder, problems, unbound, file: inFile?.file, line: inFile?.line },
  });
}
