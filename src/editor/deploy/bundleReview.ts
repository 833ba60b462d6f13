import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, cancelled } from '../../core/base/errors';
import {
  isBlocking,
  type DeployReview,
  type Review,
  type ReviewRequest,
} from '../../core/review/deployReview';
import type { Recheck } from '../../core/deploy/deployEvents';
import type { Discovery } from '../../core/handlers/discovery';
import type { LeakDecisions } from '../../core/review/leakDecisions';
import type { Finding } from '../../core/review/finding';
import { settings } from '../settings';
import type { FindingProblems } from './findingProblems';

/** A dialog does not scroll. */
const mostTold = 8;

/** What a person has to decide on, and whether any of the bundle may be a secret: decided or not. */
export interface Reviewed {
  readonly findings: readonly Finding[];
  readonly hasLeaks: boolean;
}

/** A review that goes on while a person thinks about the version. */
export interface BundleReading extends Pick<Review, 'handlers' | 'certain'> {
  readonly reviewed: Promise<Reviewed>;
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
   * deployed is asked for only where the service is started here.
   */
  start(request: ReviewRequest, deployed: () => Promise<Discovery | undefined>): BundleReading {
    const startCheck = this.startCheckOf(request.target.folder, deployed);
    const { folder } = request.target;
    const review = this.review.start({ ...request, startCheck });
    const { findings, handlers, certain } = review;
    const reviewed = this.reviewed(folder, findings);
    const title = vscode.l10n.t('Reading what will be sent…');
    const ended = Promise.allSettled([reviewed, handlers, certain]);
    const location = vscode.ProgressLocation.Window;
    void vscode.window.withProgress({ location, title }, () => ended);
    const recheck: Recheck = async (files) => this.passAgain(folder, await review.scanAgain(files));
    return { reviewed, handlers, certain, recheck };
  }

  /** Nobody is asked any more: a deploy that would send something new starts over. */
  private passAgain(folder: string, found: readonly Finding[]): boolean {
    const findings = this.undecided(folder, found);
    if (findings.length > 0) {
      this.problems.show(folder, findings);
      throw refused(folder, findings);
    }
    return found.length > 0;
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
  private async reviewed(folder: string, reading: Review['findings']): Promise<Reviewed> {
    const found = await reading;
    const findings = this.undecided(folder, found);
    this.problems.show(folder, findings);
    return { findings, hasLeaks: found.some(({ leak }) => leak !== undefined) };
  }

  private undecided(folder: string, found: readonly Finding[]): Finding[] {
    return found.filter(
      ({ leak }) => leak === undefined || !this.decisions.isAccepted(folder, leak),
    );
  }

  /**
   * Goes on where nothing is in the way or a person says so, whose word on secrets is remembered.
   * Throws `cancelled`, or `preflightFailed` where nobody may be asked.
   */
  async settle(folder: string, findings: readonly Finding[], mayAsk: boolean): Promise<void> {
    const blocking = findings.filter(isBlocking);
    if (blocking.length === 0) {
      return;
    }
    if (!mayAsk) {
      throw refused(folder, blocking);
    }
    await ask(folder, blocking);
    const leaks = blocking.flatMap(({ leak }) => leak ?? []);
    await this.decisions.accept(folder, leaks);
  }
}

async function ask(folder: string, blocking: readonly Finding[]): Promise<void> {
  const deploy = vscode.l10n.t('Deploy Anyway');
  const showProblems = vscode.l10n.t('Show Problems');
  const picked = await vscode.window.showWarningMessage(
    titleOf(folder),
    { modal: true, detail: listOf(blocking) },
    showProblems,
    deploy,
  );
  if (picked === showProblems) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
  if (picked !== deploy) {
    throw cancelled();
  }
}

function refused(folder: string, blocking: readonly Finding[]): AppError {
  const [first] = blocking;
  const { file, line } = first ?? {};
  const details = { title: titleOf(folder), folder, problems: blocking, file, line };
  return new AppError('preflightFailed', listOf(blocking), { details });
}

function titleOf(folder: string): string {
  return vscode.l10n.t('{0}: look at this before it is sent', path.basename(folder));
}

function listOf(findings: readonly Finding[]): string {
  const told = findings.slice(0, mostTold).map(({ message }) => `• ${message}`);
  const more = findings.length - told.length;
  const rest = more > 0 ? [vscode.l10n.t('… and {0} more, in the Problems view', more)] : [];
  return [...told, ...rest].join('\n');
}
