import { version } from '../../package.json';
import { AppError, isAppError, messageOf, type ErrorCode } from '../core/base/errors';
import type { DeployEvent } from '../core/deploy/deployEvents';
import { formatBytes } from '../core/deploy/deployMessages';
import type { Finding } from '../core/review/finding';
import { parseDeployOptions, usage, type DeployOptions } from './deployOptions';
import { runDeploy, type DeployReport } from './runDeploy';

/** Documented in `usage` and in README: pipelines go by them. */
const exitOfOutcome = {
  online: 0,
  sent: 0,
  checked: 0,
  failed: 1,
  replaced: 1,
  incomplete: 1,
  cancelled: 6,
  unknown: 6,
} as const;

const exitOfError: Partial<Record<ErrorCode, number>> = {
  invalidInput: 2,
  ambiguous: 2,
  notBound: 2,
  noFolder: 3,
  bindingBroken: 3,
  manifestInvalid: 3,
  fileInvalid: 3,
  preflightFailed: 3,
  bundleTooLarge: 3,
  notSignedIn: 4,
  sessionExpired: 4,
  forbidden: 4,
  outcomeUnknown: 6,
  cancelled: 7,
};
const exitOfRefusal = 5;

async function main(): Promise<number> {
  const json = process.argv.includes('--json');
  let findings: readonly Finding[] = [];
  try {
    const options = parseDeployOptions(process.argv.slice(2), process.env);
    if (options.help) {
      process.stdout.write(usage);
      return 0;
    }
    const onFindings = (found: readonly Finding[]) => {
      findings = [...findings, ...found];
      if (!json) found.forEach(tellFinding);
    };
    const report = await runDeploy({ options, onFindings, ...secrets(), ...watching(options) });
    const text = json
      ? JSON.stringify({ ...report, findings: findings.map(toJson) })
      : sentenceOf(report);
    process.stdout.write(`${text}\n`);
    return isRefused(report) ? exitOf('preflightFailed') : exitOfOutcome[report.outcome];
  } catch (error) {
    tellError(error, json, findings);
    return exitOf(isAppError(error) ? error.code : undefined);
  }
}

/** Without the hash by which a leak is known again, from which a weak secret could be guessed. */
function toJson({ severity, code, message, file, line }: Finding) {
  return { severity, code, message, file, line };
}

function isRefused(report: DeployReport): boolean {
  return report.outcome === 'checked' && report.isRefused;
}

function exitOf(code: ErrorCode | undefined): number {
  return (code && exitOfError[code]) ?? exitOfRefusal;
}

function secrets(): { token: string; product: string } {
  const token = process.env.FLEXSERVICE_TOKEN;
  if (!token) {
    throw new AppError('notSignedIn', "FLEXSERVICE_TOKEN must hold a session's token.");
  }
  return { token, product: `FlexService/${version}` };
}

/** Ctrl+C, or a terminal that closes, ends the waiting; a second one the process (see atExit). */
function watching({ json, timeoutMs }: DeployOptions) {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(130);
      interrupt.abort();
    });
  }
  const limits = timeoutMs === undefined ? [] : [timeLimit(timeoutMs)];
  const signal = AbortSignal.any([interrupt.signal, ...limits]);
  return { signal, onEvent: json ? () => undefined : createProgress() };
}

/** Nobody cancelled then, and the sentence says so. */
function timeLimit(timeoutMs: number): AbortSignal {
  const limit = new AbortController();
  const late = new AppError('cancelled', 'The time that --timeout allows ran out.');
  setTimeout(() => limit.abort(late), timeoutMs).unref();
  return limit.signal;
}

/** A line whenever there is something new to tell; how far an upload is is not. */
function createProgress(): (event: DeployEvent) => void {
  let told = '';
  return ({ phase, message }) => {
    const news = phase === 'uploading' ? phase : message;
    if (news === told || phase === 'done') return;
    told = news;
    process.stderr.write(`${message}\n`);
  };
}

function tellFinding({ severity, message }: Finding): void {
  process.stderr.write(`${severity}: ${message}\n`);
}

function sentenceOf(report: DeployReport): string {
  switch (report.outcome) {
    case 'checked': {
      const { version: next, files, tarBytes } = report;
      const size = `${files.length} files, ${formatBytes(tarBytes)}`;
      const what = report.isRefused ? 'would not be sent like this' : 'would be sent';
      return `${next} ${what}: ${size}.\n${files.join('\n')}`;
    }
    case 'sent':
      return `${report.version} was sent; its job is ${report.job}.`;
    case 'unknown':
      return `${report.version} was sent; how it ended is not known: ${report.reason}`;
    default:
      return endOf(report);
  }
}

function endOf({
  outcome,
  version: deployed,
  reason,
  startupError,
}: Extract<DeployReport, { durationMs: number }>) {
  if (outcome === 'online') return `${deployed} is online.`;
  const what = {
    failed: `${deployed} did not come online.`,
    replaced: `${deployed} did not come online.`,
    incomplete: `${deployed} is online, but not as expected.`,
    cancelled: `${deployed} was sent.`,
  }[outcome];
  const error = startupError ? [startupError.message, ...startupError.stack] : [];
  return [what, reason, ...error].filter(Boolean).join('\n');
}

function tellError(error: unknown, json: boolean, findings: readonly Finding[]): void {
  const code = isAppError(error) ? error.code : 'serverFailed';
  const message = messageOf(error);
  const failure = { error: { code, message }, findings: findings.map(toJson) };
  if (json) process.stdout.write(`${JSON.stringify(failure)}\n`);
  else process.stderr.write(`${message}\n`);
}

// Nobody may read it to its end, or at all: what is being deployed goes on all the same.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', () => undefined);
}

// The exit code only: what was written is still on its way to a pipe.
void main().then((code) => {
  process.exitCode = code;
});
