import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, isAppError } from '../../core/base/errors';
import type { DeployRequest, Deployments, DeployResult } from '../../core/deploy/deployment';
import type { VersionResolver } from '../../core/deploy/version/versionResolver';
import type { Target } from '../../core/project/targetResolver';
import type { DeployArgument } from '../contributions';
import type { JobProgress } from '../jobProgress';
import { tellOutcome } from './watch/deployOutcome';
import type { JobResumption } from './watch/jobResumption';
import { chooseVersion, type ChosenVersion, type VersionQuestion } from './version/versionChoice';

/** What is sent once its version is known. */
export type WhatToSend = (version: string) => Promise<Omit<DeployRequest, 'version' | 'onEvent'>>;

/** How a deploy ended, and where to: the folder may be bound anew by then. */
export interface EndedDeploy {
  readonly target: Target;
  readonly result: DeployResult;
}

/** What every deploy has in common, whatever it sends. */
export class DeployRun {
  private readonly busy = new Set<string>();

  constructor(
    private readonly versions: VersionResolver,
    private readonly deployments: Deployments,
    private readonly resumption: JobResumption,
    private readonly progress: JobProgress,
  ) {}

  /** One at a time from a folder, after what an earlier window left; a person is told the outcome once. */
  async run(
    folder: string,
    byPerson: boolean,
    deploy: () => Promise<EndedDeploy>,
  ): Promise<DeployResult> {
    this.ensureIdle(folder);
    this.busy.add(folder);
    try {
      await this.resumption.settle(folder);
      this.progress.ensureIdle(folder, path.basename(folder));
      const { target, result } = await deploy();
      if (byPerson && !result.toldElsewhere) {
        void tellOutcome({ ...target, accountId: target.account.id }, result);
      }
      return result;
    } finally {
      this.busy.delete(folder);
    }
  }

  /** What the version is chosen by. */
  look(target: Target, local: string | undefined, { preid }: DeployArgument) {
    return this.versions.look(target, local, preid);
  }

  /** Whoever was asked for the version is asked again where somebody else deployed meanwhile. */
  async send(
    question: VersionQuestion,
    chosen: ChosenVersion,
    what: WhatToSend,
  ): Promise<EndedDeploy> {
    try {
      return await this.sendOnce({ ...(await what(chosen.version)), ...chosen });
    } catch (error) {
      if (!isAppError(error, 'versionMoved') || question.argument.bump !== undefined) {
        throw error;
      }
      void vscode.window.showWarningMessage(error.message);
      return this.send(question, await this.choose(question), what);
    }
  }

  /** What somebody else deploys; `version` where the status tells it. */
  async follow(
    target: Target,
    version: string | undefined,
    ended?: AbortSignal,
  ): Promise<EndedDeploy> {
    const result = await this.progress.run(
      vscode.l10n.t('{0} {1} is being deployed', target.serviceName, version ?? ''),
      target.folder,
      (signal, onEvent) => this.deployments.follow(target, version, signal, onEvent),
      ended,
    );
    return { target, result };
  }

  private async choose(question: VersionQuestion): Promise<ChosenVersion> {
    const { target, local, argument } = question;
    return chooseVersion(question, await this.look(target, local, argument));
  }

  private async sendOnce(request: Omit<DeployRequest, 'onEvent'>): Promise<EndedDeploy> {
    const { target, version, signal: ended } = request;
    const result = await this.progress.run(
      vscode.l10n.t('Deploy {0} {1} to {2}', target.serviceName, version, target.environmentName),
      target.folder,
      (signal, onEvent) => this.deployments.deploy({ ...request, signal, onEvent }),
      ended,
    );
    return { target, result };
  }

  private ensureIdle(folder: string): void {
    const name = path.basename(folder);
    this.progress.ensureIdle(folder, name);
    if (this.busy.has(folder)) {
      throw new AppError('rejected', vscode.l10n.t('{0} is about to be deployed already.', name));
    }
  }
}
