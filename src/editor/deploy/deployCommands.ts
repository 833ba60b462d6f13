import type * as vscode from 'vscode';
import { throwIfAborted } from '../../core/base/retry';
import { isSound, type SoundFolder } from '../../core/deploy/preflight';
import { runningDeploy } from '../../core/deploy/runningDeploy';
import type { Vault } from '../../core/deploy/vault/vault';
import type { VersionOutlook } from '../../core/deploy/versionResolver';
import type { LocalRuns } from '../../core/handlers/localRuns';
import { readGitCommit } from '../../core/project/gitCommit';
import type { DeployArgument } from '../contributions';
import type { Call, CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import type { BundleReading, BundleReview } from './bundleReview';
import type { DeployRun, EndedDeploy } from './deployRun';
import type { FindingProblems } from './findingProblems';
import { checkSaved, ensureSaved } from './folderCheck';
import type { FolderRefusals } from './folderRefusals';
import type { LastJob } from './lastJob';
import { runningFindingOf } from './runningFinding';
import { chooseVersion, type ChosenVersion, type VersionQuestion } from './versionChoice';

/** Deploys a folder: checks, asks for the version, sends, watches, tells the outcome once. */
export class DeployCommands {
  constructor(
    private readonly targets: Targets,
    private readonly deploys: DeployRun,
    private readonly problems: FindingProblems,
    private readonly refusals: FolderRefusals,
    private readonly review: BundleReview,
    private readonly runs: LocalRuns,
    private readonly lastJob: LastJob,
    private readonly vault: Vault,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.deploy.deploy', (call) => this.deploy(call)),
      runner.register('flexservice.deploy.job', (call) => this.lastJob.show(call)),
    ];
  }

  /** As the command does; `signal` ends it, whatever it is at. */
  async deploy({ argument, byPerson }: Call<'flexservice.deploy.deploy'>, signal?: AbortSignal) {
    const folder = await this.targets.folder(argument.folder);
    const mayAsk = byPerson || argument.confirm !== true;
    return this.deploys.run(folder, byPerson, async () => {
      const check = await checkSaved(folder);
      this.problems.show(folder, check.problems);
      if (!isSound(check)) {
        throw await this.refusals.of(folder, check, argument, signal);
      }
      return this.deployFolder(check, argument, mayAsk, signal);
    });
  }

  private async deployFolder(
    { manifest, bundle }: SoundFolder,
    argument: DeployArgument,
    mayAsk: boolean,
    ended?: AbortSignal,
  ): Promise<EndedDeploy> {
    const { folder } = bundle;
    const target = await this.targets.boundTarget({ folder });
    const { variables, runtime } = argument;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, ...(ended ? [ended] : [])]);
    const outlook = await this.deploys.look(target, manifest.version, argument);
    const subject = { target, bundle, variables, runtime, signal };
    const running = runningFindingOf(target, outlook.status);
    const reading = this.review.start(subject, () => outlook.deployed(), running);
    const commit = readGitCommit(folder);
    const { version: local } = manifest;
    const now = this.handlers(folder, reading);
    const question = { target, local, bundle, argument, handlers: now, signal: ended };
    try {
      const chosen = await this.decide(question, outlook, reading, mayAsk);
      if (chosen === 'follow') {
        return await this.deploys.follow(target, runningDeploy(outlook.status)?.version, ended);
      }
      const { hasLeaks } = await reading.reviewed;
      const [handlers, expected] = await Promise.all([reading.handlers, reading.certain]);
      const known = { commit: await commit, handlers, expected };
      const { recheck } = reading;
      const sent = { target, bundle, variables, runtime, ...known, hasLeaks, recheck };
      return await this.deploys.send(question, chosen, async () => {
        await ensureSaved(folder);
        return { ...sent, vault: this.vault, signal: ended };
      });
    } finally {
      abort.abort();
    }
  }

  /** A deploy that is under way is asked about first: it may make every other question idle. */
  private async decide(
    question: VersionQuestion,
    outlook: VersionOutlook,
    reading: BundleReading,
    mayAsk: boolean,
  ): Promise<ChosenVersion | 'follow'> {
    const { folder } = question.target;
    const settle = async () => {
      const { findings } = await reading.reviewed;
      return this.review.settle(folder, findings, mayAsk);
    };
    const isRunning = mayAsk && runningDeploy(outlook.status) !== undefined;
    if (isRunning && (await settle()) === 'follow') {
      return 'follow';
    }
    // The bundle is read while a person thinks about the version.
    const chosen = await chooseVersion(question, outlook);
    if (!isRunning) {
      await settle();
    }
    throwIfAborted(question.signal);
    await this.review.accept(folder, (await reading.reviewed).findings);
    return chosen;
  }

  /** What the folder has now: read from the sources, else told by the service that runs from it. */
  private handlers(folder: string, { handlers }: BundleReading) {
    const known = handlers.then((read) => read ?? this.runs.find(folder)?.discovery);
    known.catch(() => undefined);
    return known;
  }
}
