import path from 'node:path';
import type { Apis } from '../core/accounts/apiProvider';
import { atExit } from '../core/base/atExit';
import { messageOf } from '../core/base/errors';
import { silentLog } from '../core/base/log';
import { MapMemory } from '../core/base/memory';
import { deployedHandlers, type DeployedQuestion } from '../core/deploy/deployedHandlers';
import type { DeployEvent, DeployResult, Recheck } from '../core/deploy/deployEvents';
import { Deployments } from '../core/deploy/deployment';
import { DeploymentStore } from '../core/deploy/deploymentStore';
import { DeployReview, type Review } from '../core/review/deployReview';
import { isSound } from '../core/deploy/preflight';
import { resolveBump } from '../core/deploy/version';
import { versionFacts } from '../core/deploy/versionFacts';
import { defaultPort } from '../core/handlers/launchPlan';
import { HttpClient } from '../core/kinvey/httpClient';
import { ManagementApi } from '../core/kinvey/managementApi';
import type { StartCheckRequest } from '../core/review/startCheck';
import { restoreVersionEditNow } from '../core/project/versionEdit';
import { ServiceStore } from '../core/services/serviceStore';
import { isRefused, judge, type JudgedFinding } from './acceptance';
import type { DeployOptions } from './deployOptions';
import { locate } from './deployTarget';
import { checked, folderRefusal, refuseBlocking } from './folderRefusal';

/** What came of it; `sent` where nobody wanted to watch, `checked` where nothing was to be sent. */
export type DeployReport =
  | DeployResult
  | { outcome: 'sent'; version: string; job: string }
  | {
      outcome: 'checked';
      version: string;
      /** Whether what was found would keep it from being sent. */
      isRefused: boolean;
      files: readonly string[];
      tarBytes: number;
    }
  | { outcome: 'unknown'; version: string; job: string; reason: string };

const longestStartMs = 60_000;

export interface DeployRun {
  readonly options: DeployOptions;
  readonly token: string;
  readonly product: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DeployEvent) => void;
  /** What the review of the bundle found, before anything is sent; once more for what changed since. */
  readonly onFindings: (findings: readonly JudgedFinding[]) => void;
}

/**
 * Checks, sends and watches, as the editor does. Throws AppErrors as long as nothing was sent, and
 * `outcomeUnknown`; until then the folder's files are as they were.
 */
export async function runDeploy(run: DeployRun): Promise<DeployReport> {
  const { options, signal } = run;
  const api = createApi(run);
  const review = new DeployReview(onlyApi(api));
  // At once, as neither needs the other; what the folder has against it is told first.
  const locating = locate(api, options, signal);
  locating.catch(() => undefined);
  const check = await checked(options, signal);
  if (!isSound(check)) {
    throw await folderRefusal(run, check, { locating, review });
  }
  const { manifest, bundle } = check;
  const { target, environment, status, running } = await locating;
  const facts = { ...versionFacts(manifest.version, status), tag: options.tag };
  const version = resolveBump(options.bump, facts);
  const { variables, runtime } = options;
  const { environmentId } = target;
  const startCheck = startCheckOf(options, { api, environmentId, status, deployed: [], signal });
  const asked = { target, environment, bundle, variables, runtime, startCheck, signal };
  const reading = review.start(asked);
  const { findings: finding, handlers: registering, certain } = reading;
  const [found, handlers, expected] = await Promise.all([finding, registering, certain]);
  const findings = judge([...found, ...(running ? [running] : [])], options.accepted);
  run.onFindings(findings);
  if (options.isDry) {
    const files = bundle.files.map((file) => file.path);
    const { tarBytes } = bundle;
    return { outcome: 'checked', version, isRefused: findings.some(isRefused), files, tarBytes };
  }
  refuseBlocking(options.folder, findings);
  // Else what changes within this second is refused by the archive.
  const mayChange = options.isStartChecked || version !== manifest.version;
  const recheck = mayChange ? recheckOf(run, reading) : undefined;
  const request = { target, bundle, version, variables, runtime };
  return send(run, api, { ...request, handlers, expected, seen: status, recheck });
}

/** What changes while the service is started here. */
function recheckOf({ options, onFindings }: DeployRun, reading: Review): Recheck {
  return async (files) => {
    const leaks = judge(await reading.scanAgain(files), options.accepted);
    // Those that are accepted may have been told before.
    onFindings(leaks.filter(isRefused));
    refuseBlocking(options.folder, leaks);
    return leaks.length > 0;
  };
}

/** Whatever was deployed before is asked of the instance: a pipeline remembers nothing. */
function startCheckOf(
  { isStartChecked }: DeployOptions,
  question: DeployedQuestion,
): StartCheckRequest | undefined {
  return isStartChecked
    ? {
        node: process.execPath,
        portHook: path.join(__dirname, 'replicaPort.js'),
        servicePort: defaultPort,
        timeoutMs: longestStartMs,
        deployed: deployedHandlers(question),
      }
    : undefined;
}

type Request = Omit<Parameters<Deployments['deploy']>[0], 'signal' | 'onEvent'>;

/** What is thrown while watching does not say that nothing was sent. */
async function send(run: DeployRun, api: ManagementApi, request: Request): Promise<DeployReport> {
  const { options, signal } = run;
  const { version } = request;
  let job: string | undefined;
  const onEvent = (event: DeployEvent) => {
    job = event.job ?? job;
    run.onEvent(event);
  };
  const records = new DeploymentStore(new MapMemory());
  const deployments = createDeployments(api, records);
  const hastyEnd = atExit(() => takeBack(records, options.folder));
  try {
    if (options.isWatchUnwanted) {
      const record = await deployments.send({ ...request, signal, onEvent });
      return { outcome: 'sent', version, job: record.job };
    }
    return await deployments.deploy({ ...request, signal, onEvent });
  } catch (error) {
    if (job === undefined) {
      throw error;
    }
    return { outcome: 'unknown', version, job, reason: messageOf(error) };
  } finally {
    hastyEnd.dispose();
  }
}

/** What is still pending has no job: its version leaves the folder, as after any other failure. */
function takeBack(records: DeploymentStore, folder: string): void {
  const { edit } = records.pending.of(folder)?.record ?? {};
  if (edit) {
    restoreVersionEditNow(edit);
  }
}

function createApi({ options, token, product }: DeployRun): ManagementApi {
  const own = { baseUrl: options.instance, token, product };
  return new ManagementApi(new HttpClient({ ...own, proxyVariables: true, log: silentLog }));
}

function onlyApi(api: ManagementApi): Apis {
  return { forAccount: () => Promise.resolve(api) };
}

/** Nothing is remembered: a pipeline's folder is used once. */
function createDeployments(api: ManagementApi, records: DeploymentStore): Deployments {
  const apis = onlyApi(api);
  return new Deployments(apis, records, new ServiceStore(apis), silentLog);
}
