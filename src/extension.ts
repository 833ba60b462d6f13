import * as vscode from 'vscode';
import { AccountStore } from './core/accounts/accountStore';
import { ApiProvider } from './core/accounts/apiProvider';
import { readCliProfiles } from './core/accounts/cliSession';
import { BrowserSignIn } from './core/accounts/browserSignIn';
import { Authenticator } from './core/accounts/signIn';
import { Deployments } from './core/deploy/deployment';
import { FileMemory } from './core/base/fileMemory';
import { DeploymentStore } from './core/deploy/history/deploymentStore';
import { RunningDeployments } from './core/deploy/watch/runningDeployments';
import { Vault } from './core/deploy/vault/vault';
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
import { registerDeploying } from './editor/deploy/deployFeature';
import { FolderStates } from './editor/folderStates';
import { registerHandlers } from './editor/handlers/handlersFeature';
import { JobProgress } from './editor/jobProgress';
import { LogChannels } from './editor/logs/logChannels';
import { LogCommands } from './editor/logs/logCommands';
import { memoryOf, rememberedAccounts } from './editor/mementos';
import { OutputLog } from './editor/outputLog';
import { BundleView } from './editor/project/bundleView';
import { ProjectCommands } from './editor/project/projectCommands';
import { CommandRunner } from './editor/runCommand';
import { RuntimeCommands } from './editor/runtime/runtimeCommands';
import { RuntimeProcess } from './editor/runtime/runtimeProcess';
import { createSecretStore } from './editor/secrets';
import { registerServices } from './editor/services/servicesFeature';
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
  const deploymentMemory = new FileMemory(deploymentFiles, log);
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
  const channels = own(new LogChannels(apis));
  const authentication = own(new KinveyAuthenticationProvider(accounts, flow, authenticator));
  own(new BundleView(folders));
  const known = { accounts, apis, services, poller, records, running, deployments, vault, runs };
  const parts = { ...known, targets, folders, progress, runner, log };
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
    ...registerServices(parts),
    ...registerDeploying({
      ...parts,
      memory: deploymentMemory,
      portHook: context.asAbsolutePath('dist/replicaPort.js'),
    }),
    ...new LogCommands(apis, targets, channels).register(runner),
    ...registerHandlers(parts),
    ...runtimeCommands.register(runner),
    runner.register('flexservice.log.show', () => log.show()),
  );
  void folders.refresh().catch((error: unknown) => runner.show(error, 'start'));
}
