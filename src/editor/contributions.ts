/** The ids that package.json declares; test/unit/manifest.test.ts holds both together. */
export const views = {
  services: 'flexservice.services',
  deployments: 'flexservice.deployments',
  handlers: 'flexservice.handlers',
  bundle: 'flexservice.bundle',
} as const;

export const authenticationProviderId = 'flexservice.kinvey';
export const debugType = 'flexservice';
export const taskType = 'flexservice';
/** Finds in the output of a deploy task why a version did not start. */
export const startupMatcher = '$flexservice-startup';
/** Of addresses of files that were sent, and of the reasons why something did not start. */
export const sentScheme = 'flexservice-sent';
export const failureScheme = 'flexservice-failure';
export const statusBarId = 'flexservice.job';

/** What `when` clauses ask about us. */
export const contextKeys = {
  signedIn: 'flexservice.signedIn',
  /** Whether folders are Flex services is known: nothing is said before. */
  foldersRead: 'flexservice.foldersRead',
  /** Some folder of the window depends on kinvey-flex-sdk. */
  flexFolder: 'flexservice.flexFolder',
  /** The paths of the package.json files of those folders. */
  manifests: 'flexservice.manifests',
  /** Some folder of the window is bound to a service environment. */
  bound: 'flexservice.bound',
  /** F5 starts a Flex service: the one of the active editor, which has no launch configurations. */
  startedByF5: 'flexservice.startedByF5',
  /** A service runs on this machine, or is about to. */
  running: 'flexservice.running',
} as const;

/** Names a folder of the window by its path. */
export interface FolderArgument {
  folder?: string;
}

/** Names a service environment: by the folder bound to it, or by account and ids or names. */
export interface TargetArgument extends FolderArgument {
  account?: string;
  service?: string;
  environment?: string;
}

export interface SignInArgument {
  instance?: string;
  email?: string;
  password?: string;
  twoFactorToken?: string;
  /** Id or name; `Kinvey` is e-mail and password. */
  identityProvider?: string;
}

export interface BindArgument extends TargetArgument {
  organization?: string;
}

export interface CreateServiceArgument {
  account?: string;
  organization?: string;
  name?: string;
  description?: string;
  environment?: string;
  secret?: string;
  runtime?: string;
  variables?: Record<string, string>;
  bind?: boolean;
}

/** What else the environment has stays. Without `set` and `unset` nothing changes. */
export interface VariablesArgument extends TargetArgument {
  set?: Record<string, string>;
  unset?: string[];
  confirm?: boolean;
}

export interface DeployArgument extends FolderArgument {
  bump?: string;
  /** The tag of a prerelease, such as `beta`. */
  preid?: string;
  variables?: Record<string, string>;
  runtime?: string;
  confirm?: boolean;
}

/** Names a deployment of a folder: the newest one of a version, or that of a job. */
export interface DeploymentArgument extends FolderArgument {
  version?: string;
  job?: string;
}

/** `version` and `job` name what was sent, `bump` what it becomes. */
export interface DeployAgainArgument extends DeploymentArgument {
  bump?: string;
  preid?: string;
  confirm?: boolean;
}

/** What mends a finding of the checks before a deploy. */
export interface FixArgument extends FolderArgument {
  kind?:
    | 'addDependency'
    | 'moveDependency'
    | 'setVariable'
    | 'setEngines'
    | 'bindFolder'
    | 'followDeploy'
    | 'saveEditor';
  /** As of a `Fix` of the findings. */
  name?: string;
  /** Of the variable. */
  value?: string;
}

export interface FetchLogsArgument extends TargetArgument {
  from?: string;
  to?: string;
  limit?: number;
  page?: number;
}

export interface InvokeArgument extends FolderArgument {
  kind?: 'data' | 'function' | 'auth';
  name?: string;
  event?: string;
  id?: string;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  context?: Record<string, unknown>;
}

/** Every command and the one argument object that answers its questions in advance. */
export interface CommandArguments {
  'flexservice.accounts.signIn': SignInArgument;
  'flexservice.accounts.signOut': { account?: string };
  'flexservice.project.bind': BindArgument;
  'flexservice.project.unbind': FolderArgument;
  'flexservice.services.create': CreateServiceArgument;
  'flexservice.services.refresh': object;
  'flexservice.services.status': TargetArgument;
  'flexservice.services.recycle': TargetArgument & { confirm?: boolean };
  'flexservice.services.variables': VariablesArgument;
  'flexservice.services.runtime': TargetArgument & { runtime?: string; confirm?: boolean };
  'flexservice.services.menu': object;
  'flexservice.deploy.deploy': DeployArgument;
  'flexservice.deploy.again': DeployAgainArgument;
  'flexservice.deploy.compare': DeploymentArgument;
  /** The same, where a deployment is meant whether it is what is deployed or not. */
  'flexservice.deploy.compareSent': DeploymentArgument;
  'flexservice.deploy.failure': DeploymentArgument;
  'flexservice.deploy.note': DeploymentArgument & { note?: string };
  'flexservice.deploy.fix': FixArgument;
  'flexservice.deploy.job': FolderArgument & { job?: string };
  'flexservice.logs.follow': TargetArgument;
  'flexservice.logs.stop': TargetArgument;
  'flexservice.logs.fetch': FetchLogsArgument;
  'flexservice.handlers.run': FolderArgument;
  'flexservice.handlers.debug': FolderArgument;
  'flexservice.handlers.stop': FolderArgument;
  'flexservice.handlers.refresh': object;
  'flexservice.handlers.invoke': InvokeArgument;
  'flexservice.runtime.start': { port?: number; dataDirectory?: string };
  'flexservice.runtime.stop': object;
  'flexservice.log.show': object;
}

export type CommandId = keyof CommandArguments;
