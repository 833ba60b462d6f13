import type * as vscode from 'vscode';
import { throwIfAborted } from '../../core/base/retry';
import type { Vault } from '../../core/deploy/vault/vault';
import type { LocalRuns } from '../../core/handlers/localRuns';
import { readGitCommit } from '../../core/project/gitCommit';
import type { DeployArgument } from '../contributions';
import type { Call, CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import type { BundleReading, BundleReview } from './bundleReview';
import type { DeployRun, EndedDeploy } from './deployRun';
import type { FindingProblems } from './findingProblems';
import { checkedFolder, saveEditors } from './folderCheck';
import type { LastJob } from './lastJob';
import { chooseVersion } from './versionChoice';

/** Deploys a folder: checks, asks for the version, sends, watches, tells the outcome once. */
export class DeployCommands {
  constructor(
    private readonly targets: Targets,
    private readonly deploys: DeployRun,
    private readonly problems: FindingProblems,
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
    return this.deploys.run(folder, byPerson, () =>
      this.deployFolder(folder, argument, mayAsk, signal),
    );
  }

  private async deployFolder(
    folder: string,
    argument: DeployArgument,
    mayAsk: boolean,
    ended?: AbortSignal,
  ): Promise<EndedDeploy> {
    const { manifest, bundle } = await checkedFolder(folder, this.problems);
    const target = await this.targets.boundTarget({ folder });
    const { variables, runtime } = argument;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, ...(ended ? [ended] : [])]);
    const outlook = await this.deploys.look(target, manifest.version, argument);
    const followed = mayAsk && (await this.deploys.follow(target, outlook.status, ended));
    if (followed) {
      return followed;
    }
    const subject = { target, bundle, variables, runtime, signal };
    const reading = this.review.start(subject, () => outlook.deployed());
    const commit = readGitCommit(folder);
    const { version: local } = manifest;
    const now = this.handlers(folder, reading);
    const question = { target, local, bundle, argument, handlers: now, signal: ended };
    try {
      // The bundle is read while a person thinks about the version.
      const chosen = await chooseVersion(question, outlook);
      const { findings, hasLeaks } = await reading.reviewed;
      await this.review.settle(folder, findings, mayAsk);
      throwIfAborted(ended);
      const [handlers, expected] = await Promise.all([reading.handlers, reading.certain]);
      const known = { commit: await commit, handlers, expected };
      const { recheck } = reading;
      const sent = { target, bundle, variables, runtime, ...known, hasLeaks, recheck };
      return await this.deploys.send(question, chosen, async () => {
        await saveEditors(folder);
        return { ...sent, vault: this.vault, signal: ended };
      });
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
}
