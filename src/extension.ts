import * as vscode from 'vscode';
import { AccountStore } from './core/accounts/accountStore';
import { ApiProvider } from './core/accounts/apiProvider';
import { readCliProfiles } from './core/accounts/cliSession';
import { BrowserSignIn } from './core/accounts/browserSignIn';
import { Authenticator } from './core/accounts/signIn';
import { Deployments } from './core/deploy/deployment';
import { DeployRecovery } from './core/deploy/deployRecovery';
import { DeployReview } from './core/review/deployReview';
import { LeakDecisions } from './core/review/leakDecisions';
import { FileMemory, type Memory } from './core/base/memory';
import { DeploymentStore } from './core/deploy/deploymentStore';
import { RunningDeployments } from './core/deploy/runningDeployments';
import { Vault } from './core/deploy/vault/vault';
import { VersionResolver } from './core/deploy/versionResolver';
import { LocalRuns } from './core/handlers/localRuns';
import { HttpClient } from './core/kinvey/httpClient';
import { ManagementApi } from './core/kinvey/managementApi';
import { TargetResolver } from './core/project/targetResolver';
import { ServiceStore } from './core/services/serviceStore';
import { StatusPoller } from './core/services/statusPoller';
import { AccountCommands } from './editor/accounts/accountCommands';
import { KinveyAuthenticationProvider } from './editor/accounts/authenticationProvider';
import { PasswordSignIn } from './editor/accounts/passwordSignIn';
import { SignInFlow } from './editor/accounts/signInFlow';
import { authenticationProviderId } from './editor/contributions';
import { BundleReview } from './editor/deploy/bundleReview';
import { CompareDeployed } from './editor/deploy/compareDeployed';
import { DeployAgain } from './editor/deploy/deployAgain';
import { DeployCommands } from './editor/deploy/deployCommands';
import { DeployTasks } from './editor/deploy/deployTasks';
import { DeploymentNotes } from './editor/deploy/deploymentNotes';
import { DeployRun } from './editor/deploy/deployRun';
import { DeploymentsView } from './editor/deploy/deploymentsView';
import { FindingFixes } from './editor/deploy/findingFixes';
import { FindingProblems } from './editor/deploy/findingProblems';
import { GitTags } from './editor/deploy/gitTags';
import { FailureDocuments } from './editor/deploy/failureDocuments';
import { FailureProblems } from './editor/deploy/failureProblems';
import { JobResumption } from './editor/deploy/jobResumption';
import { LastJob } from './editor/deploy/lastJob';
import { SentFiles } from './editor/deploy/sentFiles';
import { FolderStates } from './editor/folderStates';
import { AnswerDocuments } from './editor/handlers/answerDocuments';
import { DebugConfigurations } from './editor/handlers/debugConfigurations';
import { HandlerCommands } from './editor/handlers/handlerCommands';
import { HandlersView } from './editor/handlers/handlersView';
import { LocalRunner } from './editor/handlers/localRunner';
import { JobProgress } from './editor/jobProgress';
import { LogChannels } from './editor/logs/logChannels';
import { LogCommands } from './editor/logs/logCommands';
import { OutputLog } from './editor/outputLog';
import { BundleView } from './editor/project/bundleView';
import { ProjectCommands } from './editor/project/projectCommands';
import { CommandRunner } from './editor/runCommand';
import { RuntimeCommands } from './editor/runtime/runtimeCommands';
import { RuntimeProcess } from './editor/runtime/runtimeProcess';
import { createSecretStore } from './editor/secrets';
import { BoundMark } from './editor/services/boundMark';
import { CreateService } from './editor/services/createService';
import { EnvironmentCommands } from './editor/services/environmentCommands';
import { EnvironmentJobs } from './editor/services/environmentJobs';
import { ServiceCommands } from './editor/services/serviceCommands';
import { ServicesView } from './editor/services/servicesView';
import { StatusBar } from './editor/services/statusBar';
import { settings } from './editor/settings';
import { Targets } from './editor/targets';

/**
 * The composition root: makes every object once, wires and registers it. Synchronous; the first
 * file is read and the first request sent after everything is registered. What is made here lives
 * as long as the window; followers, sessions and jobs live inside the object that started them.
 */
export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };

  // The outside world
  const channel = own(vscode.window.createOutputChannel('FlexService', { log: true }));
  const log = new OutputLog(channel);
  const runner = new CommandRunner(log);
  const secrets = createSecretStore(settings.isKeychainWanted(), context.secrets, log);
  const { version } = context.extension.packageJSON as { version: string };
  const product = `FlexService/${version}`;
  const createApi = (baseUrl: string, token?: string) =>
    new ManagementApi(new HttpClient({ baseUrl, token, product, log }));
  const runtime = new RuntimeProcess(
    context.asAbsolutePath('dist/runtime.js'),
    memoryOf(context.globalState),
    context.globalStorageUri.fsPath,
  );

  // What we know
  const accounts = own(new AccountStore(secrets, log));
  const apis = new ApiProvider(accounts, createApi);
  const authenticator = new Authenticator(accounts, createApi, log);
  const readProfiles = () => readCliProfiles();
  const resolver = new TargetResolver(
    accounts,
    apis,
    rememberedAccounts(context.workspaceState),
    readProfiles,
  );
  const services = own(new ServiceStore(apis));
  const poller = own(new StatusPoller(services));
  // On the disk at once: what the editor itself remembers may be lost with a window that is killed.
  const deploymentFiles = vscode.Uri.joinPath(context.globalStorageUri, 'deployments').fsPath;
  const deploymentMemory = new FileMemory(deploymentFiles);
  const records = new DeploymentStore(deploymentMemory);
  const vaultFiles = vscode.Uri.joinPath(context.globalStorageUri, 'vault').fsPath;
  const vault = new Vault(vaultFiles, () => settings.keptBundleBytes());
  const running = new RunningDeployments();
  const deployments = new Deployments(apis, records, services, log);
  const runs = new LocalRuns();

  // How the editor shows it
  const targets = new Targets(accounts, resolver, services);
  const folders = own(new FolderStates(accounts, resolver, log));
  const runtimeCommands = new RuntimeCommands(runtime, accounts);
  const flow = new SignInFlow(
    authenticator,
    new BrowserSignIn(authenticator),
    new PasswordSignIn(authenticator, accounts),
    runtimeCommands,
  );
  const progress = new JobProgress(running);
  const environmentJobs = new EnvironmentJobs(folders, progress);
  const channels = own(new LogChannels(apis));
  const debugConfigurations = new DebugConfigurations(runner, targets);
  const localRunner = own(new LocalRunner(runs, debugConfigurations, runner, log));
  const authentication = own(new KinveyAuthenticationProvider(accounts, flow, authenticator));
  own(new BoundMark().register());
  own(new ServicesView(accounts, services, poller, folders));
  own(new SentFiles(vault));
  const problemsOfFailures = own(new FailureProblems(records, vault));
  own(new DeployTasks(records, running, vault, problemsOfFailures).register());
  const failures = own(new FailureDocuments(targets, records, vault));
  own(new GitTags(deployments, runner, log));
  own(new DeploymentsView(folders, records, running));
  own(new HandlersView(runs));
  own(new BundleView(folders));
  own(new StatusBar(folders, services, poller, records, running));
  const recovery = new DeployRecovery(apis, records, log);
  const resumption = own(
    new JobResumption(folders, records, deployments, recovery, services, running, runner, log),
  );
  const versions = new VersionResolver(apis, services, records);
  const deploys = new DeployRun(versions, deployments, records, resumption, progress);
  const problems = own(new FindingProblems());
  context.subscriptions.push(
    vscode.authentication.registerAuthenticationProvider(
      authenticationProviderId,
      'Kinvey',
      authentication,
      { supportsMultipleAccounts: true },
    ),
    vscode.window.onDidChangeWindowState(({ focused }) => poller.setActive(focused)),
    ...new AccountCommands(authenticator, flow, targets).register(runner),
    ...new ProjectCommands(accounts, services, targets, folders, readProfiles, () =>
      flow.run({}),
    ).register(runner),
    new CreateService(apis, services, targets).register(runner),
    ...new ServiceCommands(services, deployments, targets, folders, environmentJobs).register(
      runner,
    ),
    ...new EnvironmentCommands(apis, deployments, targets, environmentJobs).register(runner),
    ...new DeployCommands(
      targets,
      deploys,
      problems,
      new BundleReview(
        new DeployReview(apis),
        new LeakDecisions(deploymentMemory),
        problems,
        context.asAbsolutePath('dist/replicaPort.js'),
      ),
      runs,
      new LastJob(apis, targets, records),
      vault,
    ).register(runner),
    ...new DeployAgain(targets, deploys, records, vault).register(runner),
    ...new CompareDeployed(targets, services, records, vault).register(runner),
    ...failures.register(runner),
    ...new DeploymentNotes(targets, records).register(runner),
    new FindingFixes(targets, problems).register(runner),
    ...new LogCommands(apis, targets, channels).register(runner),
    ...debugConfigurations.register(),
    ...new HandlerCommands(
      targets,
      services,
      localRunner,
      runs,
      own(new AnswerDocuments()),
    ).register(runner),
    ...runtimeCommands.register(runner),
    runner.register('flexservice.log.show', () => log.show()),
  );
  void folders.refresh().catch((error: unknown) => runner.show(error, 'start'));
}

function memoryOf(memento: vscode.Memento): Memory {
  return {
    get: (key) => memento.get(key),
    set: async (key, value) => memento.update(key, value),
  };
}

/** Which account a folder was bound with, where the same e-mail is known at several instances. */
function rememberedAccounts(memento: vscode.Memento) {
  const keyOf = (folder: string) => `binding.account:${folder}`;
  return {
    get: (folder: string) => memento.get<string>(keyOf(folder)),
    set: async (folder: string, accountId: string | undefined) =>
      memento.update(keyOf(folder), accountId),
  };
}
