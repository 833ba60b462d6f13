import { throwIfAborted } from '../../core/base/retry';
import { isSound, type SoundFolder } from '../../core/deploy/checks/preflight';
import { runningDeploy } from '../../core/deploy/checks/runningDeploy';
import type { Vault } from '../../core/deploy/vault/vault';
import type { VersionOutlook } from '../../core/deploy/version/versionResolver';
import type { LocalRuns } from '../../core/handlers/localRuns';
import { readGitCommit, type GitCommit } from '../../core/project/gitCommit';
import { isSameFinding, type Finding } from '../../core/review/finding';
import type { Targets } from '../targets';
import type { BundleReading, BundleReview } from './checks/bundleReview';
import type { Decided, DeployOrder } from './deployOrder';
import type { DeployRun, EndedDeploy } from './deployRun';
import type { FindingProblems } from './checks/findingProblems';
import { checkSaved } from './checks/folderCheck';
import type { FolderRefusals } from './checks/folderRefusals';
import { runningFindingOf } from './checks/runningFinding';
import { isUnsaved, unsavedFile, unsavedManifest } from './checks/unsavedEditors';
import { chooseVersion, type VersionQuestion } from './version/versionChoice';

/** A folder that can be sent, while it is decided whether it is. */
interface Candidate {
  readonly order: DeployOrder;
  readonly question: VersionQuestion;
  readonly outlook: VersionOutlook;
  readonly reading: BundleReading;
  readonly commit: Promise<GitCommit | undefined>;
}

type Chosen = Required<Pick<Decided, 'chosen'>> & Decided;

/**
 * Deploys a folder as it is on the disk: checks it, asks for the version and for what was found,
 * sends. Where editors are to be saved they are so after the last question, and everything is looked
 * at again: only what is new is asked then, and editors that were changed once more.
 */
export class FolderDeploy {
  constructor(
    private readonly targets: Targets,
    private readonly deploys: DeployRun,
    private readonly problems: FindingProblems,
    private readonly refusals: FolderRefusals,
    private readonly review: BundleReview,
    private readonly runs: LocalRuns,
    private readonly vault: Vault,
  ) {}

  /** Throws `cancelled`, `preflightFailed`, and what a deployment does. */
  async deploy(order: DeployOrder, before: Decided): Promise<EndedDeploy> {
    const { folder } = order;
    const check = await checkSaved(folder, before.findings);
    this.problems.show(folder, [...check.unsaved, ...check.problems]);
    if (!isSound(check)) {
      return this.deploy(order, await this.refusals.settle(check, order));
    }
    // An editor that was changed since it was saved is one that nobody decided on.
    const findings = before.findings.filter((one) => !isUnsaved(one));
    return this.deploySound(check, order, { ...before, findings });
  }

  private async deploySound(
    check: SoundFolder,
    order: DeployOrder,
    before: Decided,
  ): Promise<EndedDeploy> {
    const abort = new AbortController();
    try {
      const candidate = await this.look(check, order, abort.signal);
      const decided = await this.decide(candidate, before);
      if (decided === 'follow') {
        const { question, outlook } = candidate;
        const { version } = runningDeploy(outlook.status) ?? {};
        return await this.deploys.follow(question.target, version, order.signal);
      }
      const isToBeSaved = decided.findings.some(isUnsaved);
      return await (isToBeSaved ? this.deploy(order, decided) : this.send(candidate, decided));
    } finally {
      abort.abort();
    }
  }

  /** Begins to read the bundle, which the signal ends; the version is that of what will be sent. */
  private async look(
    { manifest, bundle }: SoundFolder,
    order: DeployOrder,
    ended: AbortSignal,
  ): Promise<Candidate> {
    const { folder, argument } = order;
    const { variables, runtime } = argument;
    const signal = AbortSignal.any([ended, ...(order.signal ? [order.signal] : [])]);
    const target = await this.targets.boundTarget({ folder });
    const { version: local } = unsavedManifest(folder) ?? manifest;
    const outlook = await this.deploys.look(target, local, argument);
    const subject = { target, bundle, variables, runtime, signal };
    const running = runningFindingOf(target, outlook.status);
    const reading = this.review.start(subject, () => outlook.deployed(), running);
    const handlers = this.handlers(folder, reading);
    const question = { target, local, bundle, argument, handlers, signal: order.signal };
    return { order, question, outlook, reading, commit: readGitCommit(folder) };
  }

  private async send({ order, question, reading, commit }: Candidate, decided: Chosen) {
    const { folder, argument, signal } = order;
    const { target, bundle } = question;
    const { variables, runtime } = argument;
    const { findings, hasLeaks } = await reading.reviewed;
    await this.review.accept(folder, findings);
    const [handlers, expected] = await Promise.all([reading.handlers, reading.certain]);
    const known = { commit: await commit, handlers, expected, hasLeaks };
    const { recheck } = reading;
    const { vault } = this;
    const what = { target, bundle, variables, runtime, ...known };
    const sent = { ...what, recheck, unsaved: unsavedFile, vault, signal };
    return this.deploys.send(question, decided.chosen, async () => {
      // The version may have been asked for once more: by then nobody is asked for the rest.
      await this.settle({ ...order, mayAsk: false }, reading.list(), decided);
      return sent;
    });
  }

  /** A deploy that is under way is asked about first: it may make every other question idle. */
  private async decide(candidate: Candidate, before: Decided): Promise<Chosen | 'follow'> {
    const { order, outlook, reading } = candidate;
    const isRunning = order.mayAsk && runningDeploy(outlook.status) !== undefined;
    const first = isRunning ? await this.settle(order, reading.listRead(), before) : before;
    if (first === 'follow') {
      return first;
    }
    // The bundle is read while a person thinks about the version.
    const version = await this.choose(candidate, before);
    const last = await this.settle(order, reading.list(), first);
    throwIfAborted(order.signal);
    return last === 'follow' ? last : { ...last, ...version };
  }

  /** A version that was chosen stands, unless what was saved meanwhile suggests another one. */
  private async choose({ question, outlook }: Candidate, { chosen, suggested }: Decided) {
    const suggest = async () =>
      question.argument.bump === undefined
        ? (await outlook.suggest(question.handlers)).bump
        : undefined;
    const isStanding = chosen !== undefined && suggested === (await suggest());
    const version = isStanding ? chosen : await chooseVersion(question, outlook);
    return { chosen: version, suggested: await suggest() };
  }

  /** Asks for what was not decided on yet. */
  private async settle(
    { folder, mayAsk }: DeployOrder,
    found: Promise<readonly Finding[]>,
    before: Decided,
  ): Promise<Decided | 'follow'> {
    const fresh = (await found).filter(
      (one) => !before.findings.some((old) => isSameFinding(old, one)),
    );
    const decision = await this.review.settle(folder, fresh, mayAsk);
    return decision === 'follow'
      ? decision
      : { ...before, findings: [...before.findings, ...fresh] };
  }

  /** What the folder has now: read from the sources, else told by the service that runs from it. */
  private handlers(folder: string, { handlers }: BundleReading) {
    const known = handlers.then((read) => read ?? this.runs.find(folder)?.discovery);
    known.catch(() => undefined);
    return known;
  }
}
