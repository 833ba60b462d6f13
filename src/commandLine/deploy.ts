import { version } from '../../package.json';
import { AppError } from '../core/base/errors';
import { parseDeployOptions, usage, type DeployOptions } from './deployOptions';
import { exitAtOnce, exitOfError, exitOfReport } from './exitCodes';
import { JsonOutput, TextOutput } from './output';
import { runDeploy } from './runDeploy';

async function main(): Promise<number> {
  const over = new AbortController();
  const output = process.argv.includes('--json') ? new JsonOutput() : new TextOutput();
  try {
    const options = parseDeployOptions(process.argv.slice(2), process.env);
    if (options.help) {
      process.stdout.write(usage);
      return 0;
    }
    const report = await runDeploy({
      ...{ options, token: readToken(), product: `FlexService/${version}` },
      signal: AbortSignal.any([interruption(), over.signal, ...timeLimit(options)]),
      onEvent: (event) => output.event(event),
      onFindings: (found) => output.findings(found),
    });
    output.report(report);
    return exitOfReport(report);
  } catch (error) {
    output.error(error);
    return exitOfError(error);
  } finally {
    // What was asked for, and nobody waits for any more, does not keep the process.
    over.abort();
  }
}

function readToken(): string {
  const token = process.env.FLEXSERVICE_TOKEN;
  if (!token) {
    throw new AppError('notSignedIn', "FLEXSERVICE_TOKEN must hold a session's token.");
  }
  return token;
}

/** Ctrl+C, or a terminal that closes, ends the waiting; a second one the process (see atExit). */
function interruption(): AbortSignal {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(exitAtOnce);
      interrupt.abort();
    });
  }
  return interrupt.signal;
}

/** Nobody cancelled then, and the sentence says so. */
function timeLimit({ timeoutMs }: DeployOptions): AbortSignal[] {
  if (timeoutMs === undefined) {
    return [];
  }
  const limit = new AbortController();
  const late = new AppError('cancelled', 'The time that --timeout allows ran out.');
  setTimeout(() => limit.abort(late), timeoutMs).unref();
  return [limit.signal];
}

// Nobody may read it to its end, or at all: what is being deployed goes on all the same.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', () => undefined);
}

// The exit code only: what was written is still on its way to a pipe.
void main().then((code) => {
  process.exitCode = code;
});
