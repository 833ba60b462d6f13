import path from 'node:path';
import { silentLog } from '../core/base/log';
import { deployedHandlers, type DeployedQuestion } from '../core/deploy/version/deployedHandlers';
import type { Recheck } from '../core/deploy/deployEvents';
import { isSound } from '../core/deploy/checks/preflight';
import { resolveBump } from '../core/deploy/version/version';
import { versionFacts } from '../core/deploy/version/versionFacts';
import { defaultPort } from '../core/handlers/launchPlan';
import { HttpClient } from '../core/kinvey/httpClient';
import { ManagementApi } from '../core/kinvey/managementApi';
import { DeployReview, type Review } from '../core/review/deployReview';
import { isLeak, isSameFinding, type Finding } from '../core/review/finding';
import type { StartCheckRequest } from '../core/review/startCheck';
import { isRefused, judge, unusedOf, type JudgedFinding } from './acceptance';
import type { DeployOptions } from './deployOptions';
import { onlyApi, type DeployReport, type DeployRun } from './deployRun';
import { locate } from './deployTarget';
import { checked, folderRefusal, refuseBlocking } from './folderRefusal';
import { sendDeploy } from './sendDeploy';

const longestStartMs = 60_000;

/**
 * Checks, sends and watches, as the editor does. Throws AppErrors as long as nothing was sent, and
 * `outcomeUnknown`; until then the folder's files are as they were.
 */
export async function runDeploy(run: DeployRun): Promise<DeployReport> {
  let told: readonly JudgedFinding[] | undefined;
  const onFindings = (found: readonly JudgedFinding[]) => {
    told = [...(told ?? []), ...found];
    run.onFindings(found);
  };
  try {
    return await checkAndSend({ ...run, onFindings });
  } finally {
    // Last, as also what came late may be what was meant; not where nothing was looked at.
    run.onFindings(told ? unusedOf(told, run.options.accepted) : []);
  }
}

async function checkAndSend(run: DeployRun): Promise<DeployReport> {
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
  // Else it is sent as it was checked: the archive refuses what changed since.
  const recheck = options.isStartChecked ? recheckOf(run, reading, findings) : undefined;
  const request = { target, bundle, version, variables, runtime };
  return sendDeploy(run, api, { ...request, handlers, expected, seen: status, recheck });
}

/** What changes while the service is started here; `told` is what was found before. */
function recheckOf(
  { options, onFindings }: DeployRun,
  reading: Review,
  told: readonly Finding[],
): Recheck {
  return async (now) => {
    const found = judge(await reading.checkAgain(now), options.accepted);
    const isTold = (one: Finding) => told.some((other) => isSameFinding(other, one));
    onFindings(found.filter((one) => isRefused(one) || !isTold(one)));
    refuseBlocking(options.folder, found);
    return found.some(isLeak);
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

function createApi({ options, token, product }: DeployRun): ManagementApi {
  const own = { baseUrl: options.instance, token, product };
  return new ManagementApi(new HttpClient({ ...own, proxyVariables: true, log: silentLog }));
}
