import * as vscode from 'vscode';
import type { DeployReview, Review, ReviewRequest } from '../../../core/review/deployReview';
import type { Recheck } from '../../../core/deploy/deployEvents';
import type { Discovery } from '../../../core/handlers/discovery';
import type { LeakDecisions } from '../../../core/review/leakDecisions';
import { isBlocking, isLeak, type Finding } from '../../../core/review/finding';
import type { Target } from '../../../core/project/targetResolver';
import { settings } from '../../settings';
import { refusal } from './findingList';
import type { FindingProblems } from './findingProblems';
import { askBeforeSending, titleOf, type Decision } from './sendQuestion';
import { unsavedFindings } from './unsavedEditors';

/** What a person has to decide on, and whether any of the bundle may be a secret: decided or not. */
export interface Reviewed {
  readonly findings: readonly Finding[];
  readonly hasLeaks: boolean;
}

/** Of what can be sent, so that it is known where to. */
export type ReviewedDeploy = ReviewRequest & { readonly target: Target };

/** A review that goes on while a person thinks about the version. */
export interface BundleReading extends Pick<Review, 'handlers' | 'certain'> {
  readonly reviewed: Promise<Reviewed>;
  /** All there is to decide on by now, which the Problems view shows too. */
  readonly list: () => Promise<readonly Finding[]>;
  /** The same, without waiting for a start here. */
  readonly listRead: () => Promise<readonly Finding[]>;
  readonly recheck: Recheck;
}

/** Shows what the review of a bundle found in the Problems view, and asks where it must be decided. */
export class BundleReview {
  constructor(
    private readonly review: DeployReview,
    private readonly decisions: LeakDecisions,
    private readonly problems: FindingProblems,
    /** The script that gives a service another port than its own. */
    private readonly portHook: string,
  ) {}

  /**
   * Whoever begins a review need not wait for it: what it fails with is told to who does. What is
   * deployed is asked for only where the service is started here. A deploy that is `running` there and
   * unsaved editors are listed with what it finds.
   */
  start(
    request: ReviewedDeploy,
    deployed: () => Promise<Discovery | undefined>,
    running?: Finding,
  ): BundleReading {
    const startCheck = this.startCheckOf(request.target.folder, deployed);
    const { folder } = request.target;
    const review = this.review.start({ ...request, startCheck });
    const { findings, read, handlers, certain } = review;
    const reviewed = findings.then((found) => this.toDecide(folder, found));
    const listOf = (found: readonly Finding[]) => {
      const { findings: open } = this.toDecide(folder, found);
      const all = [...unsavedFindings(request.bundle), ...open, ...(running ? [running] : [])];
      this.problems.show(folder, all);
      return all;
    };
    const list = () => findings.then(listOf);
    const listRead = () => read.then(listOf);
    showProgress([reviewed, list(), handlers, certain]);
    const recheck: Recheck = async (now) => this.passAgain(folder, await review.checkAgain(now));
    return { reviewed, list, listRead, handlers, certain, recheck };
  }

  /** What there is to say of a bundle that is not started, and not shown in the Problems view. */
  async read(folder: string, request: ReviewRequest): Promise<Reviewed> {
    const { findings } = this.review.start(request);
    showProgress([findings]);
    return this.toDecide(folder, await findings);
  }

  /** As of a review. */
  environmentOf(target: Target) {
    return this.review.environmentOf(target);
  }

  /** Nobody is asked any more: a deploy that would send something new starts over. */
  private passAgain(folder: string, found: readonly Finding[]): boolean {
    const findings = this.undecided(folder, found);
    if (findings.length > 0) {
      this.problems.show(folder, findings);
      throw refusal(titleOf(folder), folder, findings);
    }
    return found.some(isLeak);
  }

  private startCheckOf(folder: string, deployed: () => Promise<Discovery | undefined>) {
    if (!settings.isStartCheckWanted(folder)) {
      return undefined;
    }
    return {
      node: 'node',
      portHook: this.portHook,
      servicePort: settings.handlersPort(folder),
      timeoutMs: settings.handlersStartMs(folder),
      deployed: deployed(),
    };
  }

  /** What a person let pass before is not told again. */
  private toDecide(folder: string, found: readonly Finding[]): Reviewed {
    return { findings: this.undecided(folder, found), hasLeaks: found.some(isLeak) };
  }

  private undecided(folder: string, found: readonly Finding[]): Finding[] {
    return found.filter(
      ({ leak }) => leak === undefined || !this.decisions.isAccepted(folder, leak),
    );
  }

  /**
   * Goes on where nothing is in the way or a person says so; `follow` where they want to follow the
   * deploy that is under way instead. Throws `cancelled`, or `preflightFailed` where nobody may be
   * asked.
   */
  async settle(folder: string, findings: readonly Finding[], mayAsk: boolean): Promise<Decision> {
    const isBlocked = findings.some(isBlocking);
    if (isBlocked && !mayAsk) {
      throw refusal(titleOf(folder), folder, findings);
    }
    const isAsked = isBlocked || findings.some(({ code }) => code === 'jobRunning');
    return mayAsk && isAsked ? askBeforeSending(folder, findings) : 'deploy';
  }

  /** Remembers a person's word on what looks like secrets, once they have said all that is asked. */
  async accept(folder: string, findings: readonly Finding[]): Promise<void> {
    const leaks = findings.flatMap(({ leak }) => leak ?? []);
    if (leaks.length > 0) {
      await this.decisions.accept(folder, leaks);
    }
  }
}

function showProgress(parts: readonly Promise<unknown>[]): void {
  const title = vscode.l10n.t('Reading what will be sent…');
  const location = vscode.ProgressLocation.Window;
  void vscode.window.withProgress({ location, title }, () => Promise.allSettled(parts));
}
