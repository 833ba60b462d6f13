import type { AccountStore } from '../../core/accounts/accountStore';
import type { ApiProvider } from '../../core/accounts/apiProvider';
import type { Disposable } from '../../core/base/disposable';
import type { Deployments } from '../../core/deploy/deployment';
import type { DeploymentStore } from '../../core/deploy/history/deploymentStore';
import type { RunningDeployments } from '../../core/deploy/watch/runningDeployments';
import type { ServiceStore } from '../../core/services/serviceStore';
import type { StatusPoller } from '../../core/services/statusPoller';
import type { FolderStates } from '../folderStates';
import type { JobProgress } from '../jobProgress';
import type { CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import { BoundMark } from './boundMark';
import { CreateService } from './createService';
import { EnvironmentCommands } from './environmentCommands';
import { EnvironmentJobs } from './environmentJobs';
import { ServiceCommands } from './serviceCommands';
import { ServicesView } from './servicesView';
import { StatusBar } from './statusBar';

/** What services need of the rest of the window. */
export interface ServicesParts {
  readonly accounts: AccountStore;
  readonly apis: ApiProvider;
  readonly services: ServiceStore;
  readonly poller: StatusPoller;
  readonly records: DeploymentStore;
  readonly running: RunningDeployments;
  readonly deployments: Deployments;
  readonly targets: Targets;
  readonly folders: FolderStates;
  readonly progress: JobProgress;
  readonly runner: CommandRunner;
}

/** Makes and registers the commands and views of services; whoever asks for it disposes of it. */
export function registerServices(parts: ServicesParts): Disposable[] {
  const { accounts, apis, services, poller, records, running, deployments } = parts;
  const { targets, folders, runner } = parts;
  const jobs = new EnvironmentJobs(folders, parts.progress);
  return [
    new BoundMark().register(),
    new ServicesView(accounts, services, poller, folders),
    new StatusBar(folders, services, poller, records, running),
    new CreateService(apis, services, targets).register(runner),
    ...new ServiceCommands(services, deployments, targets, folders, jobs).register(runner),
    ...new EnvironmentCommands(apis, deployments, targets, jobs).register(runner),
  ];
}
