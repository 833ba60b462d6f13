import { isAppError, messageOf } from '../core/base/errors';
import type { DeployEvent } from '../core/deploy/deployEvents';
import type { JudgedFinding } from './acceptance';
import type { DeployReport } from './deployRun';
import { sentenceOf } from './reportText';

/** What a deploy prints while it goes on, and at its end either its report or why there is none. */
export interface Output {
  event(event: DeployEvent): void;
  findings(found: readonly JudgedFinding[]): void;
  report(report: DeployReport): void;
  error(error: unknown): void;
}

/** For people: the result on stdout, all else on stderr. */
export class TextOutput implements Output {
  private told = '';

  /** A line whenever there is something new to tell; how far an upload is is not. */
  event({ phase, message }: DeployEvent): void {
    const news = phase === 'uploading' ? phase : message;
    if (news !== this.told && phase !== 'done') {
      this.told = news;
      process.stderr.write(`${message}\n`);
    }
  }

  findings(found: readonly JudgedFinding[]): void {
    for (const { severity, code, message, isAccepted } of found) {
      process.stderr.write(`${isAccepted ? 'accepted' : severity}[${code}]: ${message}\n`);
    }
  }

  report(report: DeployReport): void {
    process.stdout.write(`${sentenceOf(report)}\n`);
  }

  error(error: unknown): void {
    process.stderr.write(`${messageOf(error)}\n`);
  }
}

/** For programs: one object on stdout, as README describes it, and nothing else. */
export class JsonOutput implements Output {
  private readonly found: object[] = [];

  event(): void {
    // It is told once, at the end.
  }

  findings(found: readonly JudgedFinding[]): void {
    this.found.push(...found.map(toJson));
  }

  report(report: DeployReport): void {
    this.print(report);
  }

  error(error: unknown): void {
    const code = isAppError(error) ? error.code : 'serverFailed';
    this.print({ error: { code, message: messageOf(error) } });
  }

  private print(end: object): void {
    process.stdout.write(`${JSON.stringify({ ...end, findings: this.found })}\n`);
  }
}

/** Without the hash by which a leak is known again, from which a weak secret could be guessed. */
function toJson({ severity, code, message, file, line, isAccepted }: JudgedFinding) {
  return { severity, code, message, file, line, ...(isAccepted && { accepted: true }) };
}
