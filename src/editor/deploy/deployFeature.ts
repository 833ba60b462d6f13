import type { ApiProvider } from '../../core/accounts/apiProvider';
import type { Disposable } from '../../core/base/disposable';
import { isAppError, messageOf } from '../../core/base/errors';
import type { OutputLog } from '../outputLog';
import type { SharedMemory } from '../../core/base/memory';
import type { Deployments } from '../../core/deploy/deployment';
import { DeployRecovery } from '../../core/deploy/sending/deployRecovery';
import type { DeploymentStore } from '../../core/deploy/history/deploymentStore';
import type { RunningDeployments } from '../../core/deploy/watch/runningDeployments';
import type { Vault } from '../../core/deploy/vault/vault';
import { VersionResolver } from '../../core/deploy/version/versionResolver';
import type { LocalRuns } from '../../core/handlers/localRuns';
import { DeployReview } from '../../core/review/deployReview';
import { LeakDecisions } from '../../core/review/leakDecisions';
import type { ServiceStore } from '../../core/services/serviceStore';
import type { FolderStates } from '../folderStates';
import type { JobProgress } from '../jobProgress';
import type { CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import { BundleReview } from './checks/bundleReview';
import { CompareDeployed } from './sent/compareDeployed';
import { DeployAgain } from './sent/deployAgain';
import { DeployCommands } from './deployCommands';
import { DeploymentNotes } from './history/deploymentNotes';
import { DeploymentsView } from './history/deploymentsView';
import { DeployRun } from './deployRun';
import { DeployTasks } from './tasks/deployTasks';
import type { RunDeploy } from './tasks/deployTerminal';
import { FailureDocuments } from './failure/failureDocuments';
import { FailureProblems } from './failure/failureProblems';
import { FindingFixes } from './checks/findingFixes';
import { FindingProblems } from './checks/findingProblems';
import { FolderDeploy } from './folderDeploy';
import { FolderRefusals } from './checks/folderRefusals';
import { GitTags } from './version/gitTags';
import { JobResumption } from './watch/jobResumption';
import { KeptCopies } from './sent/keptCopies';
import { LastJob } from './watch/lastJob';
import { dropMended } from './checks/mendedProblems';
import { SentFiles } from './sent/sentFiles';

/** What deploying needs of the rest of the window. */
export interface DeployParts {
  readonly apis: ApiProvider;
  readonly services: ServiceStore;
  readonly records: DeploymentStore;
  readonly running: RunningDeployments;
  readonly deployments: Deployments;
  readonly vault: Vault;
  readonly runs: LocalRuns;
  /** Where decisions about leaks are remembered. */
  readonly memory: SharedMemory;
  readonly targets: Targets;
  readonly folders: FolderStates;
  readonly progress: JobProgress;
  readonly runner: CommandRunner;
  readonly log: OutputLog;
  /** The script that moves a service to another port. */
  readonly portHook: string;
}

/** Makes and registers the commands and views of deploying; whoever asks for it disposes of it. */
export function registerDeploying(parts: DeployParts): Disposable[] {
  const { apis, services, records, running, deployments, vault, runs } = parts;
  const { targets, folders, runner, log } = parts;
  const recovery = new DeployRecovery(apis, records, log);
  const resumption = new JobResumption(
    folders,
    records,
    deployments,
    recovery,
    services,
    running,
    runner,
    log,
  );
  const versions = new VersionResolver(apis, services, records);
  const deploys = new DeployRun(versions, deployments, resumption, parts.progress);
  const problems = new FindingProblems();
  const review = new BundleReview(
    new DeployReview(apis),
    new LeakDecisions(parts.memory),
    problems,
    parts.portHook,
  );
  const refusals = new FolderRefusals(targets, deploys, review, problems);
  const folderDeploy = new FolderDeploy(targets, deploys, problems, refusals, review, runs, vault);
  const lastJob = new LastJob(apis, targets, records);
  const commands = new DeployCommands(targets, deploys, folderDeploy, lastJob);
  const deploy: RunDeploy = async (argument, signal) => {
    try {
      // VS Code saves before a task, unless task.saveBeforeRun says otherwise.
      return await commands.deploy({ argument, byPerson: false }, { signal, saves: false });
    } catch (error) {
      log.error(`task: ${messageOf(error)}`, isAppError(error) ? error.details : undefined);
      throw error;
    }
  };
  const failures = new FailureDocuments(targets, records, vault);
  const failureProblems = new FailureProblems(records, vault);
  return [
    resumption,
    problems,
    dropMended(problems, folders, services),
    failures,
    failureProblems,
    new SentFiles(vault),
    new GitTags(deployments, runner, log),
    new KeptCopies(records, vault, log),
    new DeploymentsView(folders, records, running),
    new DeployTasks(deploy, records, running, vault, failureProblems).register(),
    ...commands.register(runner),
    ...failures.register(runner),
    ...new DeployAgain(targets, deploys, records, vault, review).register(runner),
    ...new CompareDeployed(targets, services, records, vault).register(runner),
    ...new DeploymentNotes(targets, records).register(runner),
    new FindingFixes(targets, problems, deploys).register(runner),
  ];
}
