import path from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, messageOf } from '../core/base/errors';
import { checkTag, type Bump } from '../core/deploy/version/version';
import { resolveInstanceUrl } from '../core/kinvey/instances';
import { parseAccepted, type Accepted } from './acceptance';

/** What the command line asks for. */
export interface DeployOptions {
  /** Absolute. */
  readonly folder: string;
  readonly bump: Bump;
  /** Of a prerelease, instead of the one that the versions have. */
  readonly tag?: string;
  /** The management API's URL, ending in a slash. */
  readonly instance: string;
  /** The section of `.kinvey` to go by, where there are several. */
  readonly profile?: string;
  /** A service's id, instead of what `.kinvey` says. */
  readonly service?: string;
  /** The id or name of its environment. */
  readonly environment?: string;
  readonly variables?: Record<string, string>;
  readonly runtime?: string;
  readonly asCli: boolean;
  /** Whether to start the service here first. */
  readonly isStartChecked: boolean;
  /** What is sent also though the review has errors for it, such as what looks like a secret. */
  readonly accepted: 'all' | readonly Accepted[];
  /** Whether to end as soon as the instance has the deploy. */
  readonly isWatchUnwanted: boolean;
  /** Whether nothing is written or sent. */
  readonly isDry: boolean;
  readonly timeoutMs?: number;
  readonly json: boolean;
  readonly help: boolean;
}

export const usage = `Usage: node dist/deploy.js [options]

Deploys a Flex service and waits until it is online. FLEXSERVICE_TOKEN holds the session's token.
HTTPS_PROXY, HTTP_PROXY and NO_PROXY are respected.

  --folder <folder>       the service's (.)
  --bump <step>           patch, minor, major, prerelease, none or a version such as 1.2.3 (none)
  --preid <tag>           what a prerelease is tagged with, such as beta (as the versions have it)
  --instance <id or URL>  where to deploy (FLEXSERVICE_INSTANCE, else Kinvey US)
  --profile <name>        the section of .kinvey, where it has several
  --service <id>          instead of what .kinvey says, and with it
  --environment <name>    the service environment, by name or id
  --variable <NAME=VALUE> sets an environment variable of the service, others stay; NAME alone
                          takes its value from this command's environment. May be repeated
  --runtime <name>        such as flex-runtime-node20
  --cli-bundle            sends exactly what kinvey-cli would
  --start-check           starts what would be sent here first, with the variables, on a free port
  --accept <code>         sends also what has findings of this code, such as leak, or of it in one
                          file, such as leak:lib/mail.js, or on one line, such as
                          leak:lib/mail.js:12. May be repeated; README has the codes
  --accept-findings       accepts all that looks like a secret, will not start or lacks handlers
  --no-watch              ends as soon as the instance has the deploy
  --timeout <minutes>     no longer waits for it than that
  --dry-run               checks, and tells what would be sent
  --json                  prints one JSON object, and nothing else on stdout: outcome, version, job,
                          reason, findings; error and findings where nothing was sent (see README)
  --help                  shows this

Exit codes: 0 online (or sent, with --no-watch), 1 did not come online, or without
handlers that its scripts register, 2 wrong options, or a version that is not higher than the
instance's (also where somebody else deployed meanwhile), 3 the folder cannot be deployed, 4 not
signed in or not allowed, 5 the instance refused or cannot be reached, 6 sent, but not known how it
ended, 7 cancelled, or --timeout ran out, before it was sent, 130 ended at once by a second Ctrl+C.
--dry-run ends with 3 where what was found would keep it from being sent.
`;

/** Throws AppError `invalidInput` with a sentence for whoever typed the command. */
export function parseDeployOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): DeployOptions {
  const values = parse(args);
  const folder = path.resolve(values.folder);
  const accepted = values.accept.map((text) => parseAccepted(text, folder));
  if (values.environment !== undefined && values.service === undefined) {
    throw new AppError('invalidInput', '--environment needs --service.');
  }
  return {
    folder,
    bump: values.bump,
    tag: values.preid === undefined ? undefined : checkTag(values.preid),
    instance: resolveInstanceUrl(values.instance ?? environment.FLEXSERVICE_INSTANCE ?? ''),
    profile: values.profile,
    service: values.service,
    environment: values.environment,
    variables: readVariables(values.variable, environment),
    runtime: values.runtime,
    asCli: values['cli-bundle'],
    isStartChecked: values['start-check'],
    accepted: values['accept-findings'] ? 'all' : accepted,
    isWatchUnwanted: values['no-watch'],
    isDry: values['dry-run'],
    timeoutMs: readMinutes(values.timeout),
    json: values.json,
    help: values.help,
  };
}

function readVariables(
  given: readonly string[] | undefined,
  environment: NodeJS.ProcessEnv,
): Record<string, string> | undefined {
  return given && Object.fromEntries(given.map((text) => readVariable(text, environment)));
}

function readVariable(text: string, environment: NodeJS.ProcessEnv): [string, string] {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  const value = equals === -1 ? environment[name] : text.slice(equals + 1);
  if (name === '') {
    throw new AppError('invalidInput', '--variable needs a name, such as NAME=VALUE.');
  }
  if (value === undefined) {
    throw new AppError(
      'invalidInput',
      `--variable ${name} takes its value from the environment, where there is no ${name}.`,
    );
  }
  return [name, value];
}

function readMinutes(text: string | undefined): number | undefined {
  const minutes = Number(text);
  if (text !== undefined && !(minutes > 0 && minutes <= 1_440)) {
    throw new AppError('invalidInput', `--timeout must be minutes up to 1440, not ${text}.`);
  }
  return text === undefined ? undefined : minutes * 60_000;
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        folder: { type: 'string', default: '.' },
        bump: { type: 'string', default: 'none' },
        preid: { type: 'string' },
        instance: { type: 'string' },
        profile: { type: 'string' },
        service: { type: 'string' },
        environment: { type: 'string' },
        variable: { type: 'string', multiple: true },
        runtime: { type: 'string' },
        'cli-bundle': { type: 'boolean', default: false },
        'start-check': { type: 'boolean', default: false },
        accept: { type: 'string', multiple: true, default: [] },
        'accept-findings': { type: 'boolean', default: false },
        'no-watch': { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        timeout: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new AppError('invalidInput', `${messageOf(error)} Try --help.`, { cause: error });
  }
}
