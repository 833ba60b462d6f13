import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, isAppError } from '../../core/base/errors';
import type { DeployRequest, Deployments, DeployResult } from '../../core/deploy/deployment';
import type { DeploymentStore } from '../../core/deploy/deploymentStore';
import type { Vault } from '../../core/deploy/vault/vault';
import type { VersionResolver } from '../../core/deploy/versionResolver';
import type { LocalRuns } from '../../core/handlers/localRuns';
import { readGitCommit } from '../../core/project/gitCommit';
import type { DeployArgument } from '../contributions';
import type { JobProgress } from '../jobProgress';
import type { Call, CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import type { BundleReading, BundleReview } from './bundleReview';
import { tellOutcome } from './deployOutcome';
import { checkedFolder } from './folderCheck';
import type { JobResumption } from './jobResumption';
import type { LastJob } from './lastJob';
import { chooseVersion, type ChosenVersion, type VersionQuestion } from './versionChoice';

/** Deploys a folder: checks, asks for the version, sends, watches, tells the outcome once. */
export class DeployCommands {
  private readonly busy = new Set<string>();

  constructor(
    private readonly targets: Targets,
    private readonly versions: VersionResolver,
    private readonly deployments: Deployments,
    private readonly records: DeploymentStore,
    private readonly resumption: JobResumption,
    private readonly review: BundleReview,
    private readonly runs: LocalRuns,
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
        void tellOutcome(folder, result, this.records);
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
    const { manifest, bundle } = await checkedFolder(folder);
    const target = await this.targets.boundTarget({ folder });
    const { variables, runtime } = argument;
    const abort = new AbortController();
    const { signal } = abort;
    const reading = this.review.start({ target, bundle, variables, runtime, signal });
    const commit = readGitCommit(folder);
    const question = {
      target,
      manifest,
      bundle,
      argument,
      handlers: this.handlers(folder, reading),
    };
    try {
      // The bundle is read while a person thinks about the version.
      const chosen = await this.choose(question);
      const { findings, hasLeaks } = await reading.reviewed;
      await this.review.settle(folder, findings, mayAsk);
      const known = { commit: await commit, handlers: await reading.handlers };
      const request = { target, bundle, variables, runtime, ...known, vault: this.vault, hasLeaks };
      return await this.sendWhileUnmoved(question, chosen, request);
    } finally {
      abort.abort();
    }
  }

  /** What the folder has now: read from the sources, else told by the service that runs from it. */
  private handlers(folder: string, { handlers }: BundleReading) {
    const known = handlers.then((read) => read ?? this.runs.find(folder)?.discovery);
    known.catch(() => undefined);
    return known;
  }

  private async choose(question: VersionQuestion): Promise<ChosenVersion> {
    const { target, manifest, argument } = question;
    const outlook = await this.versions.look(target, manifest.version, argument.preid);
    return chooseVersion(question, outlook);
  }

  /** Whoever was asked for the version is asked again where somebody else deployed meanwhile. */
  private async sendWhileUnmoved(
    question: VersionQuestion,
    chosen: ChosenVersion,
    request: Omit<DeployRequest, 'version' | 'onEvent'>,
  ): Promise<DeployResult> {
    try {
      return await this.send({ ...request, ...chosen, currentVersion: question.manifest.version });
    } catch (error) {
      if (!isAppError(error, 'versionMoved') || question.argument.bump !== undefined) {
        throw error;
      }
      void vscode.window.showWarningMessage(error.message);
      return this.sendWhileUnmoved(question, await this.choose(question), request);
    }
  }

  private send(request: Omit<DeployRequest, 'onEvent'>): Promise<DeployResult> {
    const { target, version } = request;
    return this.progress.run(
      vscode.l10n.t('Deploy {0} {1} to {2}', target.serviceName, version, target.environmentName),
      target.folder,
      (signal, onEvent) => this.deployments.deploy({ ...request, signal, onEvent }),
    );
  }
}
